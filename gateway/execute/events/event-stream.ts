/** Reads an event stream (HTML Standard §9.2.6), in whatever pieces it comes. */

export interface StreamedEvent {
  readonly type: string;
  readonly data: string;
}

/** The stream holds a line or an event longer than may be kept. */
export class EventTooLarge extends Error {
  override readonly name = 'EventTooLarge';
}

export class EventStreamParser {
  // Takes a byte order mark away, as the standard asks; broken UTF-8 becomes U+FFFD.
  readonly #decoder = new TextDecoder('utf-8');
  readonly #longest: number;
  #line = '';
  #endedWithReturn = false;
  #type = '';
  #data: string | undefined;

  /** `longest`: characters of one event. */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** @throws EventTooLarge */
  *push(chunk: Uint8Array): Generator<StreamedEvent> {
    let text = this.#decoder.decode(chunk, { stream: true });
    if (text === '') return;
    // The other half of a CRLF that was cut in two.
    if (this.#endedWithReturn && text.startsWith('\n')) text = text.slice(1);
    this.#endedWithReturn = text.endsWith('\r');
    const lines = text.split(/\r\n|\r|\n/);
    const rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = this.#take(this.#line + line);
      this.#line = '';
      if (event !== undefined) yield event;
    }
    this.#line += rest;
    this.#assertLength(this.#line);
  }

  #take(line: string): StreamedEvent | undefined {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    // A comment.
    if (colon === 0) return undefined;
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
    if (field === 'event') this.#type = value;
    if (field === 'data') this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
    this.#assertLength(this.#data ?? '');
    return undefined;
  }

  /** The standard drops an event without data; GraphQL over SSE lets `complete` have none. */
  #dispatch(): StreamedEvent | undefined {
    const event = { type: this.#type === '' ? 'message' : this.#type, data: this.#data ?? '' };
    const isEvent = this.#data !== undefined || this.#type !== '';
    this.#type = '';
    this.#data = undefined;
    return isEvent ? event : undefined;
  }

  #assertLength(text: string): void {
    if (text.length > this.#longest) throw new EventTooLarge('an event is longer than may be kept');
  }
}
