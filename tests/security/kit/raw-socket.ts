/** graphql-transport-ws frame by frame: what a client library would not send, and what it would not show. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { until } from './until.ts';

interface Frame {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

export class RawSocket {
  readonly received: Frame[] = [];
  /** Once it is closed. */
  code: number | undefined;
  /** Of an upgrade that was refused. */
  status: number | undefined;
  body = '';
  readonly #socket: WebSocket;

  /** @param url of http */
  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.#socket = new WebSocket(url.replace(/^http/, 'ws'), ['graphql-transport-ws'], { headers });
    this.#socket.on('message', (data) => this.received.push(JSON.parse(String(data))));
    this.#socket.on('error', () => {});
    this.#socket.on('close', (code) => {
      this.code ??= code;
    });
    this.#socket.on('unexpected-response', (_, response) => {
      this.status = response.statusCode;
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        this.body += piece;
      });
      response.on('end', () => {
        this.code ??= 1006;
      });
    });
  }

  /** Before anything has been said. */
  async opened(): Promise<this> {
    if (this.#socket.readyState === WebSocket.CONNECTING) await once(this.#socket, 'open');
    return this;
  }

  send(...messages: readonly object[]): void {
    for (const message of messages) this.#socket.send(JSON.stringify(message));
  }

  /** Until it is acknowledged or over. */
  async init(payload?: unknown): Promise<this> {
    await until(() => this.#socket.readyState === WebSocket.OPEN || this.isOver());
    if (!this.isOver()) this.send({ type: 'connection_init', payload });
    await until(() => this.received.some(({ type }) => type === 'connection_ack') || this.isOver());
    return this;
  }

  subscribe(id: string, query: string, extensions?: object): void {
    this.send({ type: 'subscribe', id, payload: { query, extensions } });
  }

  /** The first of an operation that is no sign of life, or undefined where the connection ends before. */
  async first(id: string): Promise<Frame | undefined> {
    await until(() => this.of(id).length > 0 || this.isOver());
    return this.of(id)[0];
  }

  of(id: string): readonly Frame[] {
    return this.received.filter((frame) => frame.id === id);
  }

  isOver(): boolean {
    return this.code !== undefined;
  }

  async closed(): Promise<number | undefined> {
    await until(() => this.isOver());
    return this.code;
  }

  end(): void {
    this.#socket.terminate();
  }
}
