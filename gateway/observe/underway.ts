/** One request as far as it has come, and what the observers are told when it ends. */
import type { ErrorCode } from '../errors.ts';
import type { KnownRequest, ParsedRequest, RequestContext, Snapshot } from '../request.ts';
import type { Observers, StreamEnded } from './observers.ts';

type Told = Pick<Observers, 'requestEnded' | 'requestFaulted' | 'streamOpened' | 'streamEnded'>;

export class Underway {
  readonly context: RequestContext;
  snapshot: Snapshot | undefined;
  known: KnownRequest | undefined;
  parsed: ParsedRequest | undefined;
  readonly #observers: Told;
  readonly #started = performance.now();

  constructor(context: RequestContext, observers: Told) {
    this.context = context;
    this.#observers = observers;
  }

  ended(status: number, codes: readonly ErrorCode[]): void {
    const { context, snapshot, known, parsed } = this;
    const definition = parsed?.operation.definition;
    this.#observers.requestEnded({
      context,
      status,
      durationMs: this.durationMs(),
      codes,
      operationName: definition?.name?.value,
      operationType: definition?.operation,
      clientId: known?.principal.kind === 'authenticated' ? known.principal.clientId : undefined,
      generation: snapshot?.generation,
    });
  }

  faulted(error: unknown): void {
    this.#observers.requestFaulted({ context: this.context, error });
  }

  /** The request goes on as a stream: it ends with it. */
  opened(): StreamUnderway {
    const { context } = this;
    this.#observers.streamOpened({ context });
    return new StreamUnderway((results, because, codes) => {
      const durationMs = this.durationMs();
      this.#observers.streamEnded({
        context,
        durationMs,
        results,
        because: hasLeft(context) ? 'left' : because,
      });
      this.ended(200, codes);
    });
  }

  durationMs(): number {
    return performance.now() - this.#started;
  }
}

type TellEnd = (results: number, because: StreamEnded['because'], codes: readonly ErrorCode[]) => void;

class StreamUnderway {
  /** Unless somebody says otherwise, nobody wanted any more. */
  because: StreamEnded['because'] = 'left';
  readonly #codes = new Set<ErrorCode>();
  readonly #tell: TellEnd;
  #results = 0;

  constructor(tell: TellEnd) {
    this.#tell = tell;
  }

  count(codes: readonly ErrorCode[]): void {
    this.#results += 1;
    for (const code of codes) this.#codes.add(code);
  }

  ended(): void {
    this.#tell(this.#results, this.because, [...this.#codes]);
  }
}

function hasLeft({ signal }: RequestContext): boolean {
  return signal.aborted && signal.reason instanceof DOMException && signal.reason.name === 'AbortError';
}
