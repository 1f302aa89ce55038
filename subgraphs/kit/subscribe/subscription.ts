/** One subscription: its events, each executed anew as the one who subscribed, until somebody ends it (GraphQL §6.2.3). */
import {
  createSourceEventStream,
  type ExecutionResult,
  execute,
  type FormattedExecutionResult,
  GraphQLError,
} from 'graphql';
import { answeredError } from '../server/answered-error.ts';
import type { SubscriptionContext } from '../server/context.ts';
import type { RequestScope } from '../server/engine.ts';
import { logFaults } from '../server/log-faults.ts';
import { settledErrors } from '../server/settled-errors.ts';
import type { Gate } from './gate.ts';
import type { SubscriptionOperation } from './operation.ts';

/** Why a subscription ended before its source did. */
export type Ending =
  /** The other side has left, or reads nothing any more. */
  | 'gone'
  /** It has lasted as long as it may. */
  | 'expired'
  /** The process ends. */
  | 'shutdown';

/** What the other side is told; both may be tried again, with a new token. */
const FAREWELLS: Readonly<Record<Exclude<Ending, 'gone'>, GraphQLError>> = {
  expired: new GraphQLError('the subscription has lasted as long as it may: subscribe again', {
    extensions: { code: 'REQUEST_TIMEOUT' },
  }),
  shutdown: new GraphQLError('the subgraph is ending: subscribe again', {
    extensions: { code: 'SUBGRAPH_UNAVAILABLE' },
  }),
};

export interface SubscriptionParts {
  readonly operation: SubscriptionOperation;
  /** Makes the context of one execution: nothing is shared between events. */
  readonly openScope: () => RequestScope;
  readonly listen: SubscriptionContext['listen'];
  /** Events of all subscriptions share it, so that they leave connections to queries. */
  readonly gate: Gate;
  /** Aborted with an `Ending`. */
  readonly signal: AbortSignal;
}

/** The results, one for each event; the last one has errors and no data where it did not end by itself. */
export async function* resultsOf(
  parts: SubscriptionParts,
): AsyncGenerator<FormattedExecutionResult, void, void> {
  const { signal, gate } = parts;
  const scope = parts.openScope();
  let events: AsyncIterator<unknown> | undefined;
  let toldNothing = false;
  try {
    const source = await orAborted(sourceOf(parts, scope), signal);
    if (source !== undefined && !(Symbol.asyncIterator in source)) return yield formatted(source, scope);
    events = source?.[Symbol.asyncIterator]();
    while (events !== undefined) {
      const event = await orAborted(events.next(), signal);
      if (event === undefined || event.done === true) break;
      const result = await orAborted(
        gate(() => answer(parts, event.value)),
        signal,
      );
      if (result === undefined) break;
      // Whether a row is hidden or absent, nobody learns that it changed: nothing is told once.
      const isNothing = holdsNothing(result);
      if (!(isNothing && toldNothing)) yield result;
      toldNothing = isNothing;
    }
  } catch (error) {
    // The source failed; everything else that can fail is in a result.
    yield formatted({ errors: [asGraphqlError(error)] }, scope);
  } finally {
    // A source that waits for something else than the database may take its time.
    void Promise.resolve(events?.return?.()).catch(() => {});
  }
  const farewell = farewellOf(signal);
  if (farewell !== undefined) yield { errors: [farewell.toJSON()] };
}

async function sourceOf(
  { operation, listen, signal }: SubscriptionParts,
  scope: RequestScope,
): Promise<AsyncIterable<unknown> | ExecutionResult> {
  const contextValue: SubscriptionContext = { ...scope, listen, signal };
  return createSourceEventStream({ ...operation, contextValue });
}

async function answer(
  { operation, openScope, signal }: SubscriptionParts,
  event: unknown,
): Promise<FormattedExecutionResult | undefined> {
  // It may have waited at the gate for so long that nobody is there any more.
  if (signal.aborted) return undefined;
  const scope = openScope();
  return formatted(await execute({ ...operation, rootValue: event, contextValue: scope }), scope);
}

function formatted({ data, errors }: ExecutionResult, { log }: RequestScope): FormattedExecutionResult {
  if (errors !== undefined) logFaults(errors, log);
  const answered = errors?.map((error) => answeredError(error.toJSON(), error));
  return {
    ...(answered !== undefined && { errors: settledErrors(data, answered) }),
    ...(data !== undefined && { data }),
  };
}

function holdsNothing({ data, errors }: FormattedExecutionResult): boolean {
  return errors === undefined && Object.values(data ?? {}).every((value) => value === null);
}

function asGraphqlError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  return new GraphQLError('the source of events failed', {
    originalError: error instanceof Error ? error : new Error(typeof error),
  });
}

function farewellOf({ aborted, reason }: AbortSignal): GraphQLError | undefined {
  return aborted && reason !== 'gone' ? FAREWELLS[reason as keyof typeof FAREWELLS] : undefined;
}

/** What the work comes to, or `undefined` as soon as the signal is aborted. */
function orAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value | undefined> {
  return new Promise((resolve, reject) => {
    const abort = () => resolve(undefined);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
