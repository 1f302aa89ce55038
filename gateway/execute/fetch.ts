/** Sends a step: the request to a subgraph with a token minted for it, and its answer or its failure. */
import type { Step } from '../program.ts';
import type { ForwardedHeaders, RequestContext } from '../request.ts';
import { failureCode, type SubgraphReply } from './client/call.ts';
import type { SubgraphClient } from './client/client.ts';
import type { Tokens } from './tokens.ts';

export interface FetchEnded {
  readonly context: RequestContext;
  readonly subgraph: string;
  readonly durationMs: number;
  readonly outcome: SubgraphReply['outcome'];
  readonly status: number | undefined;
  /** Why it is unavailable. */
  readonly code?: string | undefined;
}

export interface FetchDependencies {
  readonly client: SubgraphClient;
  readonly context: RequestContext;
  readonly shareable: boolean;
  /** Makes the Txn-Token for a subgraph and a body. */
  readonly token: (subgraph: string, body: string) => string | Promise<string>;
  /** Headers of the client for a subgraph. */
  readonly forwarded: (subgraph: string) => ForwardedHeaders | undefined;
  /** Whether it is good once. */
  readonly isBound: Tokens['isBound'];
  readonly ended: (event: FetchEnded) => void;
}

export async function send(
  { subgraph, url, kind }: Step,
  body: string,
  { client, context, shareable, token, forwarded, isBound, ended }: FetchDependencies,
): Promise<SubgraphReply> {
  const started = performance.now();
  const minted = token(subgraph, body);
  const isOwn = isBound(subgraph);
  const reply = await client.send({
    subgraph,
    url,
    body,
    repeatable: kind === 'query',
    // What is sent with a token of its own is nobody else's.
    shareable: shareable && !isOwn,
    renewToken: isOwn ? () => token(subgraph, body) : undefined,
    headers: {
      // Most are known already, and a turn of the event loop is not free.
      'txn-token': typeof minted === 'string' ? minted : await minted,
      traceparent: context.traceparent,
      'x-request-id': context.id,
    },
    forwarded: forwarded(subgraph),
    signal: context.signal,
  });
  const { outcome, status } = reply;
  const code = failureCode(reply);
  ended({ context, subgraph, durationMs: performance.now() - started, outcome, status, code });
  return reply;
}
