/** What the gateway says of a graph or of rules that it refuses, for whoever has the terminal and not the log. */
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Style } from './style.ts';

export interface RefusalsOptions {
  /** Of the gateway; what is in it already is told too. */
  readonly log: string;
  readonly style: Pick<Style, 'heading' | 'alarm'>;
  readonly print: (line: string) => void;
  readonly everyMs?: number;
}

/** Returns how to stop. */
export function tellRefusals({ log, style, print, everyMs = 300 }: RefusalsOptions): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const lines = createLines(log);
  const following = (async () => {
    while (!signal.aborted) {
      // A log that cannot be read now may be read later; until then there is nothing to tell.
      for (const line of await lines.next().catch(() => [])) {
        const text = textOf(line, style);
        if (text !== undefined) print(text);
      }
      await sleep(everyMs, undefined, { signal }).catch(() => {});
    }
  })();
  return async () => {
    stopping.abort();
    await following;
  };
}

/** The whole lines that have come since one has looked. */
function createLines(file: string) {
  let position = 0;
  let rest = Buffer.alloc(0);
  return {
    async next(): Promise<readonly string[]> {
      const handle = await open(file);
      try {
        const { size } = await handle.stat();
        const read = Buffer.alloc(Math.max(0, size - position));
        const { bytesRead } = await handle.read(read, 0, read.length, position);
        position += bytesRead;
        const text = Buffer.concat([rest, read.subarray(0, bytesRead)]);
        const end = text.lastIndexOf('\n') + 1;
        rest = text.subarray(end);
        return text.toString('utf8', 0, end).split('\n').slice(0, -1);
      } finally {
        await handle.close();
      }
    },
  };
}

function textOf(line: string, { heading, alarm }: RefusalsOptions['style']): string | undefined {
  const { msg, reason } = entryOf(line);
  if (msg === 'what was refused is mended')
    return `${heading('✓ Mended: what the files say is in force.')}\n`;
  if (msg !== 'a new snapshot was refused') return undefined;
  const faults = String(reason).split('\n');
  const title = '✗ The gateway refuses what the files say now, and goes on with what was in force before:';
  return ['', alarm(title), ...faults.map((each) => `    ${each}`), ''].join('\n');
}

interface Entry {
  readonly msg?: unknown;
  readonly reason?: unknown;
}

/** Not every line is of the log: a process that dies writes what it likes. */
function entryOf(line: string): Entry {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === 'object' && entry !== null ? entry : {};
  } catch {
    return {};
  }
}
