/** Reads a subgraph's reply (GraphQL §7.1). */
import type { SubgraphReply } from './client/call.ts';
import { codeOfFailure, type SubgraphErrorCode } from './subgraph-errors.ts';

export type Reply =
  | {
      readonly data: Readonly<Record<string, unknown>> | null;
      readonly errors: readonly unknown[];
      readonly failure?: undefined;
    }
  /** Nothing in it can be used. */
  | { readonly failure: SubgraphErrorCode };

export function readReply(reply: SubgraphReply): Reply {
  // 401 and 403 are about the gateway's token, not about the caller: nothing of them is for the client.
  if (reply.outcome !== 'answered' || reply.status === 401 || reply.status === 403)
    return { failure: codeOfFailure(reply) };
  const body = parsed(reply.body);
  if (!isRecord(body)) return { failure: codeOfFailure(reply) };
  const data = isRecord(body['data']) ? body['data'] : null;
  const errors = Array.isArray(body['errors']) ? body['errors'] : [];
  // Without data, the subgraph's own errors say why; where there are none, it failed.
  return data === null && errors.length === 0 ? { failure: codeOfFailure(reply) } : { data, errors };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
