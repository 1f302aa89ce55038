/** The path of every request, from top to bottom. There is no other way to the data, and no other place that catches. */
import {
  ClientError,
  deferNeedsParts,
  type ErrorCode,
  InternalError,
  subscriptionWithdrawn,
} from './errors.ts';
import type { Observers } from './observe/observers.ts';
import { Underway } from './observe/underway.ts';
import type {
  AuthorizedRequest,
  ExecutedPart,
  ExecutedRequest,
  HttpRequest,
  HttpResponse,
  KnownRequest,
  ParsedRequest,
  PlannedRequest,
  ReceivedRequest,
  RequestContext,
  ResponseMediaType,
  ShapedRequest,
  Snapshot,
  SourceEvent,
  StreamedResult,
  StreamFormat,
} from './request.ts';

/** The eight stages in their order, and what stands around them. */
export interface Stages {
  readonly receive: (http: HttpRequest, context: RequestContext) => ReceivedRequest;
  readonly authenticate: (received: ReceivedRequest) => KnownRequest | Promise<KnownRequest>;
  readonly parse: (known: KnownRequest, snapshot: Snapshot) => ParsedRequest;
  readonly authorize: (parsed: ParsedRequest, snapshot: Snapshot) => AuthorizedRequest;
  readonly plan: (
    authorized: AuthorizedRequest,
    snapshot: Snapshot,
  ) => PlannedRequest | Promise<PlannedRequest>;
  /** With an event: of a subscription, what that event means. */
  readonly execute: (planned: PlannedRequest, event?: SourceEvent) => Promise<ExecutedRequest>;
  readonly shape: (executed: ExecutedRequest) => ShapedRequest;
  readonly respond: (shaped: ShapedRequest) => HttpResponse;
}

/** For what is not one answer: a subscription, for each of whose events the stages run again, and an answer in parts. */
export interface StreamStages {
  /** Of an operation with `@defer`. */
  readonly executeParts: (planned: PlannedRequest) => AsyncIterable<ExecutedPart>;
  readonly shapeParts: (parts: AsyncIterable<ExecutedPart>) => AsyncIterable<StreamedResult>;
  /** Ends with the request's signal, or when the caller's token does. */
  readonly subscribe: (planned: PlannedRequest) => AsyncIterable<SourceEvent>;
  /** @throws ClientError once the caller's token has expired */
  readonly assertStillKnown: (known: KnownRequest) => void;
  readonly respondStream: (
    results: AsyncIterable<StreamedResult>,
    context: RequestContext,
    format: StreamFormat,
  ) => HttpResponse;
  readonly lastResult: (error: ClientError | InternalError, context: RequestContext) => StreamedResult;
}

export interface Surroundings {
  readonly currentSnapshot: () => Snapshot;
  readonly createContext: (http: HttpRequest) => RequestContext;
  /** The media type of a refusal: the request may be refused before that was settled. */
  readonly acceptOf: (http: HttpRequest) => ResponseMediaType;
  readonly refuse: (
    error: ClientError | InternalError,
    context: RequestContext,
    accept: ResponseMediaType,
  ) => HttpResponse;
  readonly observers: Pick<Observers, 'requestEnded' | 'requestFaulted' | 'streamOpened' | 'streamEnded'>;
}

export type Pipeline = (http: HttpRequest) => Promise<HttpResponse>;

export function createPipeline(stages: Stages & StreamStages, around: Surroundings): Pipeline {
  const { receive, authenticate, parse, authorize, plan, execute, shape, respond } = stages;

  return async (http) => {
    const underway = new Underway(around.createContext(http), around.observers);
    const { context } = underway;
    try {
      const snapshot = around.currentSnapshot();
      underway.snapshot = snapshot;
      const received = receive(http, context);
      const known = await authenticate(received);
      underway.known = known;
      const parsed = parse(known, snapshot);
      underway.parsed = parsed;
      const authorized = authorize(parsed, snapshot);
      const planning = plan(authorized, snapshot);
      // Most plans are known already, and a turn of the event loop is not free.
      const planned = planning instanceof Promise ? await planning : planning;
      const streamed = streamOf(planned, known, { stages, around });
      if (streamed !== undefined)
        return stages.respondStream(watched(streamed.results, underway, stages), context, streamed.format);
      const executed = await execute(planned);
      const shaped = shape(executed);
      const response = respond(shaped);
      underway.ended(response.status, codesOf(shaped));
      return response;
    } catch (thrown) {
      const error = failureOf(thrown, underway);
      const response = around.refuse(error, context, around.acceptOf(http));
      underway.ended(response.status, codesOf(error));
      return response;
    }
  };
}

/** For what goes on after the first answer. */
interface Serving {
  readonly stages: Stages & StreamStages;
  readonly around: Surroundings;
}

/** Undefined for what has a single result. */
function streamOf(planned: PlannedRequest, known: KnownRequest, serving: Serving): Streamed | undefined {
  const { stream, deferred, operation } = planned.authorized.parsed;
  const { executeParts, shapeParts } = serving.stages;
  if (operation.definition.operation === 'subscription')
    return stream && { results: eventResults(planned, known, serving), format: stream };
  if (planned.program.deferred.length === 0) return undefined;
  if (deferred === undefined) throw deferNeedsParts();
  return { results: shapeParts(executeParts(planned)), format: deferred };
}

interface Streamed {
  readonly results: AsyncIterable<StreamedResult>;
  readonly format: StreamFormat;
}

/** One result for each event, and each decided anew: what a caller may see is a matter of the event's own moment. */
async function* eventResults(
  first: PlannedRequest,
  known: KnownRequest,
  serving: Serving,
): AsyncGenerator<StreamedResult> {
  const { subscribe, assertStillKnown, execute, shape } = serving.stages;
  let planned = first;
  for await (const event of subscribe(first)) {
    assertStillKnown(known);
    planned = await decidedNow(planned, known, serving);
    const executed = await execute(planned, event);
    yield shape(executed);
  }
}

async function decidedNow(
  planned: PlannedRequest,
  known: KnownRequest,
  { stages: { parse, authorize, plan }, around }: Serving,
): Promise<PlannedRequest> {
  const snapshot = around.currentSnapshot();
  if (snapshot === planned.snapshot) return planned;
  try {
    const parsed = parse(known, snapshot);
    const authorized = authorize(parsed, snapshot);
    return await plan(authorized, snapshot);
  } catch (thrown) {
    throw thrown instanceof ClientError ? subscriptionWithdrawn(thrown) : thrown;
  }
}

/** Results that come after the answer has begun: what goes wrong with them is told in the last one. */
async function* watched(
  results: AsyncIterable<StreamedResult>,
  underway: Underway,
  { lastResult }: Pick<StreamStages, 'lastResult'>,
): AsyncGenerator<StreamedResult> {
  const stream = underway.opened();
  try {
    for await (const result of results) {
      stream.count(codesOf(result));
      yield result;
    }
    stream.completed();
  } catch (thrown) {
    const error = failureOf(thrown, underway);
    stream.failed(error instanceof ClientError ? error.code : 'INTERNAL', codesOf(error));
    yield lastResult(error, underway.context);
  } finally {
    stream.ended();
  }
}

/** Whatever is not known to be fit for a client is a fault of ours. */
function failureOf(thrown: unknown, underway: Underway): ClientError | InternalError {
  const { signal } = underway.context;
  if (thrown instanceof ClientError) return thrown;
  if (signal.aborted && thrown === signal.reason) {
    return new ClientError('REQUEST_TIMEOUT', 'The request was not answered within its time.', {
      cause: thrown,
    });
  }
  const fault =
    thrown instanceof InternalError ? thrown : new InternalError('a stage failed', { cause: thrown });
  underway.faulted(fault);
  return fault;
}

const none: readonly ErrorCode[] = Object.freeze([]);

function codesOf(failed: Pick<StreamedResult, 'errors'> | InternalError): readonly ErrorCode[] {
  if (failed instanceof InternalError) return ['INTERNAL'];
  const { errors } = failed;
  return errors.length === 0 ? none : [...new Set(errors.map(({ extensions }) => extensions.code))];
}
