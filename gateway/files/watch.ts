/** Tells that files have changed: at once where the file system says so, within a second where it does not. */
import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

/** An editor or a checkout writes several files, each in pieces: they are one change, told when they stay as they are. */
const settleMs = 50;
/** Network file systems and containers often deliver no events. */
const pollMs = 1_000;

export interface Watcher {
  /** Watches these files instead of those before; `since`: when they were read, in milliseconds since the epoch. */
  watch(files: readonly string[], since: number): void;
  close(): void;
}

export function createWatcher(changed: () => void): Watcher {
  let files: readonly string[] = [];
  let watchers: readonly FSWatcher[] = [];
  let told: string | undefined;
  let last: string | undefined;
  let readAt = 0;
  let next: NodeJS.Timeout | undefined;

  const poll = setInterval(() => void look(), pollMs).unref();

  /** Not put off by what comes meanwhile: in a folder where something is always written, nothing would ever be told. */
  function soon(): void {
    next ??= setTimeout(() => {
      next = undefined;
      void look();
    }, settleMs).unref();
  }

  async function look(): Promise<void> {
    const watched = files;
    const { states, newest } = await fingerprint(watched);
    if (watched !== files) return;
    told ??= newest > readAt ? '' : states;
    const settled = states === last;
    last = states;
    if (states === told) return;
    if (!settled) return soon();
    told = states;
    changed();
  }

  return {
    watch(given, since) {
      if (given.length === files.length && given.every((file, at) => file === files[at])) return;
      files = given;
      told = undefined;
      readAt = since;
      for (const watcher of watchers) watcher.close();
      // Folders, not files: who saves by renaming replaces the file, and a watch on it would go with the old one.
      const names = new Set(files.map((file) => basename(file)));
      watchers = [...new Set(files.map((file) => dirname(file)))].flatMap((folder) =>
        watchFolder(folder, names, soon),
      );
      void look();
    },
    close() {
      files = [];
      clearInterval(poll);
      clearTimeout(next);
      for (const watcher of watchers) watcher.close();
    },
  };
}

function watchFolder(folder: string, names: ReadonlySet<string>, changed: () => void): readonly FSWatcher[] {
  try {
    const watcher = watch(folder, { persistent: false }, (_, name) => {
      // Of what else is written there, a log for example, the system tells as well; not everywhere it says of what.
      if (name === null || names.has(name)) changed();
    });
    // The folder went away, or there are too many watches: polling goes on.
    watcher.on('error', () => watcher.close());
    return [watcher];
  } catch {
    return [];
  }
}

async function fingerprint(files: readonly string[]): Promise<{ states: string; newest: number }> {
  const found = await Promise.all(files.map((file) => stat(file).catch(() => undefined)));
  return {
    states: found
      .map((file) => (file ? `${file.mtimeMs} ${file.size} ${file.ino} ${file.mode}` : 'missing'))
      .join('\n'),
    newest: Math.max(0, ...found.map((file) => file?.mtimeMs ?? 0)),
  };
}
