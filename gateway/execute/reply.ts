/** Reads a subgraph's reply (GraphQL §7.1). */
import type { SubgraphReply } from './client/call.ts';
import { codeOfFailure, type SubgraphErrorCode } from './subgraph-errors.ts';

export type Reply =
  | {
      readonly data: Readonly<Record<string, unknown>> | null;
      readonly errors: readonly unknown[];
      readonly failure?: undefined;
    }
  /** Nothing in it can be used; of its errors, nothing goes on. */
  | { readonly failure: SubgraphErrorCode; readonly errors: readonly unknown[] };

export function readReply(reply: SubgraphReply): Reply {
  const body = reply.outcome === 'answered' ? parsed(reply.body) : undefined;
  if (!isRecord(body)) return { failure: codeOfFailure(reply), errors: [] };
  const data = isRecord(body['data']) ? body['data'] : null;
  const errors = Array.isArray(body['errors']) ? body['errors'] : [];
  // 401 and 403 are about the gateway's token, not about the caller: nothing of them is for the client.
  const isRefusal = reply.status === 401 || reply.status === 403;
  // Without data, the subgraph's own errors say why; where there are none, it failed.
  if (isRefusal || (data === null && errors.length === 0)) return { failure: codeOfFailure(reply), errors };
  return { data, errors };
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
