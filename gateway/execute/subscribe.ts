/** Opens the source of a subscription, and gives its events as they are taken. */
import { ClientError, InternalError, type ResponseError, tokenExpired } from '../errors.ts';
import type { Step } from '../program.ts';
import type { PlannedRequest, Principal, SourceEvent } from '../request.ts';
import { type AnswerFaulted, faultOf } from './answer-fault.ts';
import { bodyOf } from './body.ts';
import { EventQueue } from './events/queue.ts';
import { requestOf } from './events/reply.ts';
import type { EventSource, SourceEnd } from './events/source.ts';
import type { FetchEnded } from './fetch.ts';
import type { ForwardedTo } from './forwarded.ts';
import { codeOfFailure, subgraphError, translateErrors } from './subgraph-errors.ts';
import { tokenRequestOf } from './token-request.ts';
import type { Tokens } from './tokens.ts';
import type { Withheld } from './withheld.ts';

export interface SubscribeDependencies {
  readonly sources: Readonly<Record<'sse' | 'ws', EventSource>>;
  readonly tokens: Tokens;
  readonly forwardedTo: ForwardedTo;
  readonly withheld: Withheld;
  /** Of events that wait for their reader. */
  readonly bufferBytes: number;
  readonly fetchEnded: (event: FetchEnded) => void;
  readonly answerFaulted: (event: AnswerFaulted) => void;
}

export type Subscribe = (planned: PlannedRequest) => AsyncIterable<SourceEvent>;

/** The source is opened with the first event that is asked for, and closed when no more are. */
export function createSubscribe(dependencies: SubscribeDependencies): Subscribe {
  return (planned) => {
    const unwanted = new AbortController();
    const queue = new EventQueue(dependencies.bufferBytes, () => unwanted.abort());
    const generator = events(planned, { queue, signal: unwanted.signal }, dependencies);
    return {
      [Symbol.asyncIterator]: () => ({
        next: () => generator.next(),
        return() {
          // A generator that waits for an event would end with it only.
          queue.end();
          return generator.return(undefined);
        },
      }),
    };
  };
}

interface Waiting {
  readonly queue: EventQueue;
  /** Aborted when no more events are wanted. */
  readonly signal: AbortSignal;
}

async function* events(
  planned: PlannedRequest,
  { queue, signal }: Waiting,
  dependencies: SubscribeDependencies,
): AsyncGenerator<SourceEvent, undefined> {
  const { context, principal, coerced } = planned.authorized.parsed;
  const step = planned.program.fetches.steps.find(({ kind }) => kind === 'subscription');
  if (step === undefined) throw new InternalError('the plan of a subscription does not subscribe');
  const body = bodyOf(step, coerced, []);
  const request = requestOf(step, body);
  const leave = () => queue.end(context.signal.reason);
  context.signal.addEventListener('abort', leave, { once: true });
  if (context.signal.aborted) leave();
  const expiry = atExpiry(principal, () => queue.end(tokenExpired()));
  const { withheld } = dependencies;
  const shut = () => withheld.has(step.subgraph) && queue.end(unavailable(step.subgraph));
  const forget = withheld.onChange(shut);
  shut();
  try {
    if (!signal.aborted) void open({ planned, step, body, queue, signal }, dependencies);
    for (let next = await queue.take(); next !== undefined; next = await queue.take()) {
      // What came before it was shut off may have waited.
      if (withheld.has(step.subgraph)) throw unavailable(step.subgraph);
      yield { request, payload: next };
    }
  } finally {
    queue.end();
    forget();
    clearTimeout(expiry);
    context.signal.removeEventListener('abort', leave);
  }
}

interface Opening {
  readonly planned: PlannedRequest;
  readonly step: Step;
  readonly body: string;
  readonly queue: EventQueue;
  readonly signal: AbortSignal;
}

async function open(
  { planned, step, body, queue, signal }: Opening,
  { sources, tokens, forwardedTo, fetchEnded, answerFaulted }: SubscribeDependencies,
): Promise<void> {
  const { context, forwarded } = planned.authorized.parsed;
  const { supergraph } = planned.snapshot;
  const { subgraph } = step;
  const { protocol, url } = supergraph.subgraphs.get(subgraph)?.events ?? { protocol: 'sse', url: step.url };
  const started = performance.now();
  try {
    const token = await tokens.tokenFor(tokenRequestOf(subgraph, planned), body);
    const own = { traceparent: context.traceparent, 'x-request-id': context.id };
    const headers = { ...Object.fromEntries(forwardedTo(subgraph, forwarded) ?? []), ...own };
    const end = await sources[protocol].open({ url, body, token, headers, signal }, (event) =>
      queue.push(event),
    );
    const { outcome, status, code, errors } = end;
    fetchEnded({ context, subgraph, durationMs: performance.now() - started, outcome, status, code });
    const fault = errors && faultOf(end, { data: null, errors }, true);
    if (fault !== undefined) answerFaulted({ context, subgraph, ...fault });
    queue.end(failureOf(end, subgraph));
  } catch (fault) {
    queue.end(fault);
  }
}

/** Undefined: it has ended as it should. */
function failureOf({ outcome, status, errors }: SourceEnd, subgraph: string): ClientError | undefined {
  if (outcome === 'answered' && errors === undefined) return undefined;
  const told =
    errors === undefined || errors.length === 0
      ? [subgraphError(subgraph, codeOfFailure({ outcome, status }), undefined)]
      : // Nothing has been answered yet that a path could lead to.
        translateErrors(errors, subgraph, () => []);
  return failed(told);
}

/** As one that cannot be reached. */
function unavailable(subgraph: string): ClientError {
  return failed([subgraphError(subgraph, 'SUBGRAPH_UNAVAILABLE', undefined)]);
}

function failed(told: readonly ResponseError[]): ClientError {
  const [first] = told;
  if (first === undefined) throw new InternalError('a failure has at least one error');
  return new ClientError(first.extensions.code, first.message, { errors: told });
}

/** Milliseconds: a longer timer would go off at once. Whoever is identified is looked at again every minute anyway. */
const longestTimer = 2 ** 31 - 1;

function atExpiry(principal: Principal, expired: () => void): NodeJS.Timeout | undefined {
  if (principal.kind === 'anonymous') return undefined;
  const left = principal.expiresAt * 1000 - Date.now();
  return left > longestTimer ? undefined : setTimeout(expired, Math.max(0, left));
}
