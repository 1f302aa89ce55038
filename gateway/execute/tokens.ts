/** The token that goes with a request: one that is used again, or one for its body alone (docs/decisions/0021-tokens-for-one-body.md). */
import type { Mint, MintBound } from './mint.ts';
import type { TokenRequest } from './token-request.ts';

export interface Tokens {
  /** One that is known is there at once; another is waited for. */
  tokenFor(request: TokenRequest, body: string): string | Promise<string>;
  /** Whether this subgraph gets another one each time that something is sent to it, be it the same once more. */
  isBound(subgraph: string): boolean;
}

export interface TokensOptions {
  readonly mint: Mint;
  readonly mintBound: MintBound;
  /** Subgraphs that get tokens for one body. */
  readonly bound: ReadonlySet<string>;
}

export function createTokens({ mint, mintBound, bound }: TokensOptions): Tokens {
  return {
    tokenFor: (request, body) => (bound.has(request.subgraph) ? mintBound(request, body) : mint(request)),
    isBound: (subgraph) => bound.has(subgraph),
  };
}
