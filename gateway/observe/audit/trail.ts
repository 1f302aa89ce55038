/**
 * Writes the audit trail: a chained line for each operation, and each minute a checkpoint that the gateway signs, so that
 * whoever can write the file cannot write it anew. What cannot be recorded is not served.
 */
import type { KeyObject } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import { InternalError } from '../../errors.ts';
import { type ChainHead, chain, signHead } from './chain.ts';
import { openTrail } from './open-trail.ts';
import { type AuditEvent, recordOf } from './record.ts';

const checkpointMs = 60_000;

/** Bytes that wait for the disk; beyond it, the disk is as good as gone. */
const mostWaiting = 16 * 1024 * 1024;

export interface AuditTrail {
  record(event: AuditEvent): void;
  isWritable(): boolean;
  /** @throws InternalError if what happens now could not be recorded */
  assertWritable(): void;
  /** Resolves when all is on the disk. */
  close(): Promise<void>;
}

export interface AuditTrailOptions {
  readonly file: string;
  /** By which checkpoints are signed at this moment. */
  readonly key: () => { readonly kid: string; readonly privateKey: KeyObject };
  /** Told each checkpoint, so that the log of another machine holds what the end of the file was. */
  readonly checkpoint: (head: ChainHead) => void;
  readonly failed: (reason: string) => void;
  readonly now?: () => Date;
}

/** @throws InternalError if the file cannot be opened, is in use, or does not end as a trail does */
export async function createAuditTrail(options: AuditTrailOptions): Promise<AuditTrail> {
  const opened = await openTrail(options.file);
  const trail = new Trail(options, opened.head);
  trail.write(JSON.stringify({ at: trail.time(), kind: 'started', torn: opened.torn }));
  trail.checkpoint();
  return {
    record: (event) => trail.record(event),
    isWritable: () => trail.isWritable(),
    assertWritable: () => trail.assertWritable(),
    async close() {
      await trail.close();
      await opened.release();
    },
  };
}

class Trail {
  readonly #options: AuditTrailOptions;
  readonly #stream: WriteStream;
  readonly #timer: NodeJS.Timeout;
  #head: ChainHead;
  #signed = 0;
  #failure: string | undefined;

  constructor(options: AuditTrailOptions, head: ChainHead) {
    this.#options = options;
    this.#head = head;
    this.#stream = createWriteStream(options.file, { flags: 'a', mode: 0o600 });
    this.#stream.on('error', (error) => this.#fail(error.message));
    this.#timer = setInterval(() => this.checkpoint(), checkpointMs).unref();
  }

  time(): Date {
    return this.#options.now?.() ?? new Date();
  }

  record(event: AuditEvent): void {
    this.write(recordOf(event, this.time()));
  }

  write(entry: string): void {
    if (this.#failure !== undefined) return;
    const { text, head } = chain(this.#head, entry);
    this.#head = head;
    this.#stream.write(`${text}\n`);
    if (this.#stream.writableLength > mostWaiting) this.#fail('the disk does not keep up');
  }

  /** Says of the chain so far that the gateway wrote it. */
  checkpoint(): void {
    if (this.#head.length === this.#signed) return;
    const key = this.#options.key();
    const signature = signHead(this.#head, key.privateKey);
    this.write(JSON.stringify({ at: this.time(), kind: 'checkpoint', kid: key.kid, signature }));
    this.#signed = this.#head.length;
    this.#options.checkpoint(this.#head);
  }

  isWritable(): boolean {
    return this.#failure === undefined;
  }

  assertWritable(): void {
    if (this.#failure !== undefined) throw new InternalError(`the audit trail is broken: ${this.#failure}`);
  }

  close(): Promise<void> {
    clearInterval(this.#timer);
    this.checkpoint();
    if (this.#failure !== undefined) return Promise.resolve();
    return new Promise((resolve) => this.#stream.end(() => resolve()));
  }

  #fail(reason: string): void {
    if (this.#failure !== undefined) return;
    this.#failure = reason;
    this.#options.failed(reason);
    this.#stream.destroy();
  }
}
