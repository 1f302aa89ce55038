/** One fetch of a plan: the request to a subgraph with a token minted for it, and its answer or its failure. */
import { type GraphQLFormattedError, Kind, parse, type SelectionNode } from 'graphql';
import type { RequestContext } from '../request.ts';
import type { SubgraphReply } from './client/call.ts';
import type { SubgraphClient } from './client/client.ts';
import { codeOfFailure, subgraphError, translateErrors } from './subgraph-errors.ts';

export interface Fetch {
  readonly subgraph: string;
  readonly url: string;
  readonly query: string;
  /** A mutation is never sent twice. */
  readonly repeatable: boolean;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface FetchResult {
  readonly data: Record<string, unknown> | null;
  readonly errors: readonly GraphQLFormattedError[];
}

export interface FetchEnded {
  readonly context: RequestContext;
  readonly subgraph: string;
  readonly durationMs: number;
  readonly outcome: SubgraphReply['outcome'];
  readonly status: number | undefined;
}

export interface FetchDependencies {
  readonly client: Pick<SubgraphClient, 'send'>;
  readonly context: RequestContext;
  /** Makes the Txn-Token for a subgraph. */
  readonly token: (subgraph: string) => Promise<string>;
  readonly ended: (event: FetchEnded) => void;
}

export async function runFetch(
  fetch: Fetch,
  { client, context, token, ended }: FetchDependencies,
): Promise<FetchResult> {
  const started = performance.now();
  const reply = await client.send({
    subgraph: fetch.subgraph,
    url: fetch.url,
    repeatable: fetch.repeatable,
    body: JSON.stringify({
      query: fetch.query,
      variables: fetch.variables,
      ...(fetch.operationName !== undefined && { operationName: fetch.operationName }),
    }),
    headers: {
      'txn-token': await token(fetch.subgraph),
      traceparent: context.traceparent,
      'x-request-id': context.id,
    },
    signal: context.signal,
  });
  const { status } = reply;
  const body = reply.outcome === 'answered' ? parsed(reply.body) : undefined;
  const outcome = reply.outcome === 'answered' && body === undefined ? 'malformed' : reply.outcome;
  ended({ context, subgraph: fetch.subgraph, durationMs: performance.now() - started, outcome, status });
  return read(fetch, reply, body);
}

/** Undefined, which no JSON is, if it is no JSON. */
function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

function read(fetch: Fetch, reply: SubgraphReply, body: unknown): FetchResult {
  // 401 and 403 are about the gateway's token, not about the caller: nothing of them is for the client.
  if (body === undefined || reply.status === 401 || reply.status === 403) return failed(fetch, reply);
  const { data, errors } = asResponse(body);
  const translated =
    errors.length === 0
      ? []
      : translateErrors(errors, { subgraph: fetch.subgraph, names: responseNames(fetch.query) });
  if (data !== null && fits(fetch, data)) return { data, errors: translated };
  // Without data, the subgraph's own errors say why; where there are none, or data of another shape, it failed.
  return data === null && translated.length > 0 ? { data, errors: translated } : failed(fetch, reply);
}

/** One error for each field of the fetch: each of them is null in the answer. */
function failed(fetch: Fetch, reply: SubgraphReply): FetchResult {
  const code = codeOfFailure(reply);
  return {
    data: null,
    errors: responseNames(fetch.query).map((name) => subgraphError(fetch.subgraph, code, [name])),
  };
}

function asResponse(body: unknown): {
  readonly data: Record<string, unknown> | null;
  readonly errors: readonly unknown[];
} {
  if (!isRecord(body)) return { data: null, errors: [] };
  return {
    data: isRecord(body['data']) ? body['data'] : null,
    errors: Array.isArray(body['errors']) ? body['errors'] : [],
  };
}

/** Federation specification, `_entities`: one entry for each representation, in their order. */
function fits(fetch: Fetch, data: Record<string, unknown>): boolean {
  const { representations } = fetch.variables;
  if (!Array.isArray(representations)) return true;
  return Array.isArray(data['_entities']) && data['_entities'].length === representations.length;
}

/** What the fetch adds to the answer: its root fields, or the fields of its entities. */
function responseNames(query: string): readonly string[] {
  const [definition] = parse(query).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) return [];
  return [...new Set(definition.selectionSet.selections.flatMap(names))];
}

function names(selection: SelectionNode): readonly string[] {
  if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
  if (selection.kind === Kind.INLINE_FRAGMENT) return selection.selectionSet.selections.flatMap(names);
  if (selection.name.value === '_entities') return selection.selectionSet?.selections.flatMap(names) ?? [];
  return selection.name.value === '__typename' ? [] : [(selection.alias ?? selection.name).value];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
