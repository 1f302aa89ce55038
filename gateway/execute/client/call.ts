/** One call to a subgraph and what can come of it. */
import type { EndSignal, ForwardedHeaders } from '../../request.ts';

export interface SubgraphCall {
  /** Its name: the key of its breaker, its limit and its retry budget. */
  readonly subgraph: string;
  readonly url: string;
  readonly body: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** Of the client. */
  readonly forwarded?: ForwardedHeaders | undefined;
  /** Makes another token for each time that it is sent again; undefined: the one in the headers is good for that. */
  readonly renewToken?: (() => string | Promise<string>) | undefined;
  /** A query: it may be sent again. */
  readonly repeatable: boolean;
  /** No part of a mutation: who sends the same at the same moment may have the same reply. */
  readonly shareable: boolean;
  /** The caller's: it goes away, or its deadline passes. */
  readonly signal: EndSignal;
}

export type SubgraphReply =
  /** Its bytes, whatever they are and whatever its status: only redirects are no answer. */
  | {
      readonly outcome: 'answered';
      readonly status: number;
      readonly body: Buffer;
    }
  /** Larger than it may be, cut off, compressed, a redirect, or no HTTP. */
  | { readonly outcome: 'malformed'; readonly status: number | undefined }
  /** `code`: of the system, TLS or HTTP library, such as ECONNREFUSED or CERT_HAS_EXPIRED; for the log alone. */
  | { readonly outcome: 'unavailable'; readonly status: undefined; readonly code?: string | undefined }
  /** Refused: nothing was sent, for the breaker is open, or too many calls wait already. */
  | { readonly outcome: 'timeout' | 'cancelled' | 'refused'; readonly status: undefined };

/** Why nobody was reached, if that is known. */
export function failureCode(reply: SubgraphReply): string | undefined {
  return reply.outcome === 'unavailable' ? reply.code : undefined;
}
