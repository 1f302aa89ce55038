/** The path of every request, from top to bottom. There is no other way to the data, and no other place that catches. */
import type { Circumstances } from '@portcullis/policies/engine/subject';
import { change, type OnChange, withChanges } from './changes.ts';
import {
  ClientError,
  deferNeedsParts,
  type ErrorCode,
  InternalError,
  subscriptionWithdrawn,
} from './errors.ts';
import type { AuditTrail } from './observe/audit/trail.ts';
import type { Observers } from './observe/observers.ts';
import { Underway } from './observe/underway.ts';
import { Refused } from './refused.ts';
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
  SchemaText,
  ShapedRequest,
  Snapshot,
  SourceEvent,
  StreamedResult,
  StreamFormat,
  StreamResponse,
} from './request.ts';
import { unlessAborted } from './unless-aborted.ts';

/** The eight stages in their order, and what stands around them. */
export interface Stages {
  readonly receive: (http: HttpRequest, context: RequestContext) => ReceivedRequest;
  readonly authenticate: (received: ReceivedRequest) => KnownRequest | Promise<KnownRequest>;
  readonly parse: (known: KnownRequest, snapshot: Snapshot) => ParsedRequest | Promise<ParsedRequest>;
  readonly authorize: (
    parsed: ParsedRequest,
    snapshot: Snapshot,
  ) => AuthorizedRequest | Promise<AuthorizedRequest>;
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
  /** @throws ClientError once the caller's token has expired, or does not count any more */
  readonly assertStillKnown: (known: KnownRequest) => void;
  /** What holds for the request of then at this moment; the same object as long as nothing has changed. */
  readonly circumstancesNow: (known: KnownRequest) => Circumstances;
  readonly respondStream: (
    results: AsyncIterable<StreamedResult>,
    context: RequestContext,
    format: StreamFormat,
  ) => Omit<StreamResponse, 'onGone'>;
  /** Says nothing in the log: the stream itself does. */
  readonly watchReader: WatchCaller;
  readonly lastResult: (error: ClientError | InternalError, context: RequestContext) => StreamedResult;
}

/** Of a connection on which nothing is asked for a while. */
export interface AttendStages extends Pick<Stages, 'receive' | 'authenticate'> {
  readonly watchCaller: WatchCaller;
}

/** Calls `gone` once when the caller is not known any more; what it returns forgets them. */
type WatchCaller = (known: KnownRequest, gone: () => void) => () => void;

/** Of the schema as a text. */
export interface SchemaStages extends Pick<Stages, 'authenticate'> {
  readonly receiveSchema: (http: HttpRequest, context: RequestContext) => ReceivedRequest;
  readonly showSchema: (known: KnownRequest, snapshot: Snapshot) => SchemaText | Promise<SchemaText>;
  readonly respondSchema: (shown: SchemaText, http: HttpRequest, context: RequestContext) => HttpResponse;
}

export interface Surroundings {
  readonly currentSnapshot: () => Snapshot;
  /** Told when what was decided for a stream has to be decided again. */
  readonly onChange: OnChange;
  readonly createContext: (http: HttpRequest) => RequestContext;
  /** The media type of a refusal: the request may be refused before that was settled. */
  readonly acceptOf: (http: HttpRequest) => ResponseMediaType;
  readonly refuse: (
    error: ClientError | InternalError,
    context: RequestContext,
    accept: ResponseMediaType,
  ) => HttpResponse;
  /** Undefined: operations are not recorded. What cannot be recorded is not answered. */
  readonly audit: Pick<AuditTrail, 'record' | 'assertWritable'> | undefined;
  readonly observers: Pick<Observers, 'requestEnded' | 'requestFaulted' | 'streamOpened' | 'streamEnded'>;
}

export type Pipeline = (http: HttpRequest) => Promise<HttpResponse>;

export function createPipeline(stages: Stages & StreamStages, around: Surroundings): Pipeline {
  const { receive, authenticate, parse, authorize, plan, execute, shape, respond } = stages;

  return answering(around, async (http, underway, snapshot) => {
    const { context } = underway;
    const { signal } = context;
    const received = receive(http, context);
    const known = await authenticate(received);
    underway.known = known;
    // Most views and plans are known already, and a turn of the event loop is not free. Whoever waits for one waits as long as
    // the request may last, however long it is that it is made.
    const parsing = parse(known, snapshot);
    const parsed = parsing instanceof Promise ? await unlessAborted(parsing, signal) : parsing;
    underway.parsed = parsed;
    const authorizing = authorize(parsed, snapshot);
    const authorized =
      authorizing instanceof Promise ? await unlessAborted(authorizing, signal) : authorizing;
    underway.authorized = authorized;
    const planning = plan(authorized, snapshot);
    const planned = planning instanceof Promise ? await unlessAborted(planning, signal) : planning;
    const streamed = streamOf(planned, known, { stages, around });
    if (streamed !== undefined) {
      const results = watched(streamed.results, underway, stages);
      const head = stages.respondStream(results, context, streamed.format);
      return { ...head, onGone: (gone) => stages.watchReader(known, gone) };
    }
    const executed = await execute(planned);
    const shaped = shape(executed);
    const response = respond(shaped);
    underway.ended(response.status, codesOf(shaped));
    return response;
  });
}

/** What a caller may see of the graph, as a text: who asks is known in the same way, and nothing is executed. */
export function createSchemaPipeline(stages: SchemaStages, around: Surroundings): Pipeline {
  const { receiveSchema, authenticate, showSchema, respondSchema } = stages;

  return answering(around, async (http, underway, snapshot) => {
    const received = receiveSchema(http, underway.context);
    const known = await authenticate(received);
    underway.known = known;
    const shown = await unlessAborted(showSchema(known, snapshot), underway.context.signal);
    const response = respondSchema(shown, http, underway.context);
    underway.ended(response.status, none);
    return response;
  });
}

/** Who has opened a connection: known in the same way as whoever asks, and looked at again without being asked. */
export type Attend = (http: HttpRequest, gone: () => void) => Promise<Attendance>;

export interface Attendance {
  /** As a request from there would be answered that asks for nothing. */
  readonly status: number;
  /** The connection is closed. */
  leave(): void;
}

export function createAttend(
  { receive, authenticate, watchCaller }: AttendStages,
  around: Surroundings,
): Attend {
  return async (http, gone) => {
    let leave = () => {};
    const attend = answering(around, async (_, underway) => {
      const known = await authenticate(receive(http, underway.context));
      underway.known = known;
      underway.ended(204, none);
      leave = watchCaller(known, gone);
      return { status: 204, headers: {}, body: '' };
    });
    const { status } = await attend(http);
    return { status, leave };
  };
}

type Answer = (http: HttpRequest, underway: Underway, snapshot: Snapshot) => Promise<HttpResponse>;

function answering(around: Surroundings, answer: Answer): Pipeline {
  return async (http) => {
    const underway = new Underway(around.createContext(http), around.observers, around.audit);
    try {
      around.audit?.assertWritable();
      const snapshot = around.currentSnapshot();
      underway.snapshot = snapshot;
      return await answer(http, underway, snapshot);
    } catch (thrown) {
      if (thrown instanceof Refused) underway.refused(thrown.attempt);
      const error = failureOf(thrown, underway);
      const response = around.refuse(error, underway.context, around.acceptOf(http));
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

/**
 * One result for each event, and each decided anew: what a caller may see is a matter of the event's own moment. Also where
 * nothing happens: who may not go on need not wait for an event to learn it.
 */
async function* eventResults(
  first: PlannedRequest,
  known: KnownRequest,
  { stages, around }: Serving,
): AsyncGenerator<StreamedResult> {
  const { subscribe, assertStillKnown, execute, shape } = stages;
  let planned = first;
  // Planning takes its time, and nobody who was revoked meanwhile would be told of here.
  assertStillKnown(known);
  for await (const event of withChanges(subscribe(first), around.onChange)) {
    assertStillKnown(known);
    planned = await decidedNow(planned, known, { stages, around });
    if (sourceOf(planned) !== sourceOf(first)) throw subscriptionWithdrawn();
    // To decide anew can take its time, in which the caller can have been shut out.
    assertStillKnown(known);
    if (event !== change) yield shape(await execute(planned, event));
  }
}

async function decidedNow(
  planned: PlannedRequest,
  known: KnownRequest,
  { stages: { parse, authorize, plan, circumstancesNow }, around }: Serving,
): Promise<PlannedRequest> {
  const snapshot = around.currentSnapshot();
  const circumstances = circumstancesNow(known);
  const before = planned.authorized.parsed.circumstances;
  const isSame =
    before.hour === circumstances.hour &&
    before.zone === circumstances.zone &&
    before.breakGlass === circumstances.breakGlass;
  if (snapshot === planned.snapshot && isSame) return planned;
  try {
    const { signal } = known.context;
    const parsed = await unlessAborted(parse({ ...known, circumstances }, snapshot), signal);
    const authorized = await unlessAborted(authorize(parsed, snapshot), signal);
    return await unlessAborted(plan(authorized, snapshot), signal);
  } catch (thrown) {
    throw thrown instanceof ClientError ? subscriptionWithdrawn(thrown) : thrown;
  }
}

/** What the subgraph that publishes was asked for, and under which obligations it publishes: it was told once. */
function sourceOf({ program, authorized }: PlannedRequest): string {
  const known = sources.get(program)?.get(authorized.decision.view);
  if (known !== undefined) return known;
  const step = program.fetches.steps.find(({ kind }) => kind === 'subscription');
  const obligations = step && authorized.decision.view.obligationsFor(step.subgraph);
  const source = JSON.stringify([step?.subgraph, step?.url, step?.head, obligations]);
  const byView = sources.get(program) ?? new WeakMap<object, string>();
  sources.set(program, byView.set(authorized.decision.view, source));
  return source;
}

/** By program and view: an event is no occasion to write the same text again. */
const sources = new WeakMap<object, WeakMap<object, string>>();

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
