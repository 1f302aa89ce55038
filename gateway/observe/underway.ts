/** One request as far as it has come, and what the observers are told when it ends. */
import type { ErrorCode } from '../errors.ts';
import type { Attempt } from '../refused.ts';
import type { AuthorizedRequest, KnownRequest, ParsedRequest, RequestContext, Snapshot } from '../request.ts';
import type { AuditEvent } from './audit/record.ts';
import type { Observers, StreamEnded } from './observers.ts';

type Told = Pick<Observers, 'requestEnded' | 'requestFaulted' | 'streamOpened' | 'streamEnded'>;

/** Where operations are recorded, if they are. */
export type Recorder = { record(event: AuditEvent): void } | undefined;

export class Underway {
  readonly context: RequestContext;
  snapshot: Snapshot | undefined;
  known: KnownRequest | undefined;
  parsed: ParsedRequest | undefined;
  authorized: AuthorizedRequest | undefined;
  #attempt: Attempt | undefined;
  readonly #observers: Told;
  readonly #recorder: Recorder;
  readonly #started = performance.now();

  constructor(context: RequestContext, observers: Told, recorder?: Recorder) {
    this.context = context;
    this.#observers = observers;
    this.#recorder = recorder;
  }

  ended(status: number, codes: readonly ErrorCode[]): void {
    this.#record('request', status, codes);
    const { context, snapshot, known, parsed } = this;
    const definition = parsed?.operation.definition;
    this.#observers.requestEnded({
      context,
      status,
      durationMs: this.durationMs(),
      codes,
      operationName: definition?.name?.value,
      operationType: definition?.operation,
      clientId:
        known === undefined || known.principal.kind === 'anonymous' ? undefined : known.principal.clientId,
      generation: snapshot?.generation,
    });
  }

  /** The whole of it is refused. */
  refused(attempt: Attempt): void {
    this.#attempt = attempt;
    if (attempt.kind !== 'operation') this.known = attempt.known;
  }

  faulted(error: unknown): void {
    this.#observers.requestFaulted({ context: this.context, error });
  }

  /** The request goes on as a stream: it ends with it. */
  opened(): StreamUnderway {
    const { context } = this;
    this.#record('stream', 200, []);
    this.#observers.streamOpened({ context });
    return new StreamUnderway(context, ({ results, because, codes }) => {
      this.#observers.streamEnded({ context, durationMs: this.durationMs(), results, because });
      this.ended(200, codes);
    });
  }

  /** Whoever is not known has asked nothing that could be answered; the log has it. */
  #record(kind: AuditEvent['kind'], status: number, codes: readonly ErrorCode[]): void {
    const { context, snapshot, known, parsed, authorized } = this;
    if (this.#recorder === undefined || known === undefined || snapshot === undefined) return;
    const definition = parsed?.operation.definition;
    this.#recorder.record({
      kind,
      context,
      known,
      decision: authorized?.decision,
      attempt: this.#attempt,
      schema: snapshot.supergraph.api,
      operationType: definition?.operation,
      operationName: definition?.name?.value,
      generation: snapshot.generation,
      policies: snapshot.access.version,
      status,
      codes,
    });
  }

  durationMs(): number {
    return performance.now() - this.#started;
  }
}

type Ended = Pick<StreamEnded, 'results' | 'because'> & { readonly codes: readonly ErrorCode[] };

class StreamUnderway {
  readonly #context: RequestContext;
  readonly #tell: (ended: Ended) => void;
  readonly #codes = new Set<ErrorCode>();
  #results = 0;
  /** Unless somebody says otherwise, nobody wanted any more. */
  #because: StreamEnded['because'] = 'left';

  constructor(context: RequestContext, tell: (ended: Ended) => void) {
    this.#context = context;
    this.#tell = tell;
  }

  count(codes: readonly ErrorCode[]): void {
    this.#results += 1;
    for (const code of codes) this.#codes.add(code);
  }

  completed(): void {
    this.#because = 'completed';
  }

  /** Whoever has left is told nothing, and nothing has failed. */
  failed(code: ErrorCode, codes: readonly ErrorCode[]): void {
    if (hasLeft(this.#context)) return;
    this.#because = code;
    this.count(codes);
  }

  ended(): void {
    this.#tell({ results: this.#results, because: this.#because, codes: [...this.#codes] });
  }
}

function hasLeft({ signal }: RequestContext): boolean {
  return signal.aborted && signal.reason instanceof DOMException && signal.reason.name === 'AbortError';
}
