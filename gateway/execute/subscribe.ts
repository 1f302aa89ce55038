/** Opens the source of a subscription, and gives its events as they are taken. */
import { ClientError, InternalError, tokenExpired } from '../errors.ts';
import type { Step } from '../program.ts';
import type { PlannedRequest, Principal, SourceEvent } from '../request.ts';
import { type AnswerFaulted, faultOf } from './answer-fault.ts';
import { bodyOf } from './body.ts';
import { EventQueue } from './events/queue.ts';
import { requestOf } from './events/reply.ts';
import type { EventSource, SourceEnd } from './events/source.ts';
import type { FetchEnded } from './fetch.ts';
import type { Mint } from './mint.ts';
import { codeOfFailure, subgraphError, translateErrors } from './subgraph-errors.ts';

export interface SubscribeDependencies {
  readonly sources: Readonly<Record<'sse' | 'ws', EventSource>>;
  readonly mint: Mint;
  /** Of events that wait for their reader. */
  readonly bufferBytes: number;
  readonly fetchEnded: (event: FetchEnded) => void;
  readonly answerFaulted: (event: AnswerFaulted) => void;
}

export type Subscribe = (planned: PlannedRequest) => AsyncIterable<SourceEvent>;

/** The source is opened with the first event that is asked for, and closed when no more are. */
export function createSubscribe(dependencies: SubscribeDependencies): Subscribe {
  return async function* subscribe(planned) {
    const { context, principal, coerced } = planned.authorized.parsed;
    const step = planned.program.fetches.steps.find(({ kind }) => kind === 'subscription');
    if (step === undefined) throw new InternalError('the plan of a subscription does not subscribe');
    const body = bodyOf(step, coerced, []);
    const request = requestOf(step, body);
    const unwanted = new AbortController();
    const queue = new EventQueue(dependencies.bufferBytes, () => unwanted.abort());
    const leave = () => queue.end(context.signal.reason);
    context.signal.addEventListener('abort', leave, { once: true });
    if (context.signal.aborted) leave();
    const expiry = atExpiry(principal, () => queue.end(tokenExpired()));
    try {
      void open({ planned, step, body, queue, signal: unwanted.signal }, dependencies);
      for (let next = await queue.take(); next !== undefined; next = await queue.take()) {
        yield { request, payload: next };
      }
    } finally {
      queue.end();
      clearTimeout(expiry);
      context.signal.removeEventListener('abort', leave);
    }
  };
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
  { sources, mint, fetchEnded, answerFaulted }: SubscribeDependencies,
): Promise<void> {
  const { context, principal } = planned.authorized.parsed;
  const { generation, supergraph } = planned.snapshot;
  const { subgraph } = step;
  const { protocol, url } = supergraph.subgraphs.get(subgraph)?.events ?? { protocol: 'sse', url: step.url };
  const started = performance.now();
  try {
    const token = await mint({ subgraph, principal, snapshot: generation, transaction: context.id });
    const headers = { traceparent: context.traceparent, 'x-request-id': context.id };
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
  const [first] = told;
  if (first === undefined) throw new InternalError('a failure has at least one error');
  return new ClientError(first.extensions.code, first.message, { errors: told });
}

function atExpiry(principal: Principal, expired: () => void): NodeJS.Timeout | undefined {
  if (principal.kind === 'anonymous') return undefined;
  return setTimeout(expired, Math.max(0, principal.expiresAt * 1000 - Date.now()));
}
