/** The path of every request, from top to bottom. There is no other way to the data, and no other place that catches. */
import { ClientError, type ErrorCode, InternalError } from './errors.ts';
import type { Observers } from './observe/observers.ts';
import type {
  AuthorizedRequest,
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
} from './request.ts';

/** The eight stages in their order, and what stands around them. */
export interface Stages {
  readonly receive: (http: HttpRequest, context: RequestContext) => ReceivedRequest;
  readonly authenticate: (received: ReceivedRequest) => Promise<KnownRequest>;
  readonly parse: (known: KnownRequest, snapshot: Snapshot) => ParsedRequest;
  readonly authorize: (parsed: ParsedRequest, snapshot: Snapshot) => AuthorizedRequest;
  readonly plan: (
    authorized: AuthorizedRequest,
    snapshot: Snapshot,
  ) => PlannedRequest | Promise<PlannedRequest>;
  readonly execute: (planned: PlannedRequest) => Promise<ExecutedRequest>;
  readonly shape: (executed: ExecutedRequest) => ShapedRequest;
  readonly respond: (shaped: ShapedRequest) => HttpResponse;
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
  readonly observers: Pick<Observers, 'requestEnded' | 'requestFaulted'>;
}

export function createPipeline(
  stages: Stages,
  around: Surroundings,
): (http: HttpRequest) => Promise<HttpResponse> {
  const { receive, authenticate, parse, authorize, plan, execute, shape, respond } = stages;

  return async (http) => {
    const started = performance.now();
    const context = around.createContext(http);
    let snapshot: Snapshot | undefined;
    let known: KnownRequest | undefined;
    let parsed: ParsedRequest | undefined;

    const ended = (response: HttpResponse, codes: readonly ErrorCode[]): HttpResponse => {
      const { status } = response;
      const durationMs = performance.now() - started;
      around.observers.requestEnded({
        ...summary({ snapshot, known, parsed }),
        context,
        status,
        durationMs,
        codes,
      });
      return response;
    };

    try {
      snapshot = around.currentSnapshot();
      const received = receive(http, context);
      known = await authenticate(received);
      parsed = parse(known, snapshot);
      const authorized = authorize(parsed, snapshot);
      const planning = plan(authorized, snapshot);
      // Most plans are known already, and a turn of the event loop is not free.
      const planned = planning instanceof Promise ? await planning : planning;
      const executed = await execute(planned);
      const shaped = shape(executed);
      return ended(respond(shaped), codesOf(shaped));
    } catch (thrown) {
      const error = failureOf(thrown, context);
      if (error instanceof InternalError) around.observers.requestFaulted({ context, error });
      const codes = error instanceof ClientError ? codesOf(error) : (['INTERNAL'] as const);
      return ended(around.refuse(error, context, around.acceptOf(http)), codes);
    }
  };
}

/** Whatever is not known to be fit for a client is a fault of ours. */
function failureOf(thrown: unknown, { signal }: RequestContext): ClientError | InternalError {
  if (thrown instanceof ClientError || thrown instanceof InternalError) return thrown;
  if (signal.aborted && thrown === signal.reason) {
    return new ClientError('REQUEST_TIMEOUT', 'The request was not answered within its time.', {
      cause: thrown,
    });
  }
  return new InternalError('a stage failed', { cause: thrown });
}

function codesOf({ errors }: Pick<ShapedRequest | ClientError, 'errors'>): readonly ErrorCode[] {
  return [...new Set(errors.map(({ extensions }) => extensions.code))];
}

/** What is known of a request by the time it ends. */
interface Progress {
  readonly snapshot: Snapshot | undefined;
  readonly known: KnownRequest | undefined;
  readonly parsed: ParsedRequest | undefined;
}

function summary({ snapshot, known, parsed }: Progress) {
  const definition = parsed?.operation.definition;
  return {
    operationName: definition?.name?.value,
    operationType: definition?.operation,
    clientId: known?.principal.kind === 'authenticated' ? known.principal.clientId : undefined,
    generation: snapshot?.generation,
  };
}
