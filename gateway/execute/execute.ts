/** Stage 6: runs the program against the subgraphs. The stock executor does it for now (docs/decisions/0006). */
import './telemetry-off.ts';
import { executeQueryPlan } from '@apollo/gateway';
import { GraphQLError, OperationTypeNode } from 'graphql';
import { type ErrorCode, errorCodes, InternalError, type ResponseError } from '../errors.ts';
import type { ExecutedRequest, PlannedRequest } from '../request.ts';
import type { SubgraphClient } from './client/client.ts';
import { type FetchDependencies, type FetchEnded, runFetch } from './fetch.ts';
import type { Mint } from './mint.ts';

export interface ExecuteDependencies {
  readonly client: SubgraphClient;
  readonly mint: Mint;
  readonly fetchEnded: (event: FetchEnded) => void;
}

export type Execute = (planned: PlannedRequest) => Promise<ExecutedRequest>;

export function createExecute({ client, mint, fetchEnded }: ExecuteDependencies): Execute {
  return async (planned) => {
    const { context, principal } = planned.authorized.parsed;
    const { generation, supergraph } = planned.snapshot;
    const { data, errors } = await runPlan(planned, {
      client,
      context,
      token: (subgraph) => mint({ subgraph, principal, snapshot: generation, transaction: context.id }),
      ended: fetchEnded,
    });
    // What was cut off is no answer: whoever waits for it is gone, or has to be told why.
    context.signal.throwIfAborted();
    const known = errors.map((error) => responseError(error, supergraph.subgraphs));
    return { planned, data, errors: known };
  };
}

type StockArguments = Parameters<typeof executeQueryPlan>;

async function runPlan(
  { authorized, program, snapshot }: PlannedRequest,
  dependencies: FetchDependencies,
): Promise<{ data: unknown; errors: readonly GraphQLError[] }> {
  const { operation } = program;
  const { supergraph } = snapshot;
  const requestContext = {
    request: { variables: authorized.parsed.coerced },
    metrics: {},
    logger: silent,
  };
  const faults: unknown[] = [];
  const result = await executeQueryPlan(
    program.plan,
    dataSources(supergraph.subgraphs.values(), dependencies, {
      repeatable: operation.definition.operation === OperationTypeNode.QUERY,
      faults,
    }),
    // The stock executor reads `request.variables`, `metrics` and `logger`, and hands the rest on to data sources.
    requestContext as unknown as StockArguments[2],
    { schema: supergraph.api, operation: operation.definition, fragments: Object.create(null) },
    supergraph.composed,
    supergraph.federated.apiSchema(),
  );
  if (faults.length > 0) throw new InternalError('A fetch could not be made.', { cause: faults[0] });
  return { data: result.data ?? null, errors: result.errors ?? misfits(result) };
}

/** Values that do not fit the schema: the stock executor reports them in `extensions`, and only beside no other error. */
function misfits({ extensions }: Awaited<ReturnType<typeof executeQueryPlan>>): readonly GraphQLError[] {
  const errors: unknown = extensions?.['valueCompletion'];
  return Array.isArray(errors) ? errors.filter((error) => error instanceof GraphQLError) : [];
}

function dataSources(
  subgraphs: Iterable<{ readonly name: string; readonly url: string }>,
  dependencies: FetchDependencies,
  { repeatable, faults }: { readonly repeatable: boolean; readonly faults: unknown[] },
): StockArguments[1] {
  const sources: StockArguments[1] = Object.create(null);
  for (const { name, url } of subgraphs) {
    sources[name] = {
      async process({ request }) {
        const { query, operationName, variables } = request;
        const sent = { query: query ?? '', operationName, variables: variables ?? {} };
        const fetch = { subgraph: name, url, repeatable, ...sent };
        try {
          const { data, errors } = await runFetch(fetch, dependencies);
          return errors.length === 0 ? { data } : { data, errors };
        } catch (fault) {
          // A fault of ours, such as a token that could not be signed; the stock executor would make an error of data of it.
          faults.push(fault);
          throw fault;
        }
      },
    };
  }
  return sources;
}

/** What it would print are texts of subgraphs; ours go to the observers. */
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** An error of the stock executor. One that did not come through a fetch of ours is an answer it could not merge. */
function responseError(error: GraphQLError, subgraphs: ReadonlyMap<string, unknown>): ResponseError {
  const { code, service, retryable } = error.extensions ?? {};
  // The stock executor marks lists by `@`; without the index that it does not know, the path names the fields.
  const path = (error.path ?? []).filter((step) => step !== '@' && step !== '_entities');
  if (!isErrorCode(code) || typeof service !== 'string' || !subgraphs.has(service)) {
    return {
      message: 'A subgraph gave an answer that cannot be used.',
      ...(path.length > 0 && { path }),
      extensions: { code: 'SUBGRAPH_ERROR' },
    };
  }
  return {
    message: error.message,
    ...(path.length > 0 && { path }),
    extensions: { code, service, retryable: retryable === true },
  };
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorCodes, code);
}
