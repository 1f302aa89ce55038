/** Reads a file anew when it has changed: one reading after the other, and again as long as it cannot be used. What was in force stays so. */
import { createWatcher } from './watch.ts';

/** Milliseconds. What keeps a file from being read need not be the file, which then does not change when that has passed. */
const againMs = 1_000;

export interface FollowedFile {
  /** Resolves when it has been read; also what was asked for before. */
  look(): Promise<void>;
  /** Why the file as it is now is not in force, if it is not. */
  refusal(): string | undefined;
  close(): void;
}

export interface FollowOptions {
  /** Several are read together. */
  readonly file: string | readonly string[];
  /** When it was read first, in milliseconds since the epoch. */
  readonly since: number;
  /** Rejects if it cannot be used. */
  readonly read: () => Promise<void>;
  /** Told once for each reason. */
  readonly refused: (reason: string) => void;
}

export function followFile({ file, since, read, refused }: FollowOptions): FollowedFile {
  let looking: Promise<void> = Promise.resolve();
  let again: NodeJS.Timeout | undefined;
  let refusal: string | undefined;
  let isClosed = false;
  const watcher = createWatcher(() => void look());
  watcher.watch([file].flat(), since);

  function look(): Promise<void> {
    looking = looking.then(async () => {
      clearTimeout(again);
      if (isClosed) return;
      const reason = await read().then(() => undefined, messageOf);
      if (reason !== undefined && reason !== refusal) refused(reason);
      refusal = reason;
      if (reason !== undefined && !isClosed) again = setTimeout(() => void look(), againMs).unref();
    });
    return looking;
  }

  return {
    look,
    refusal: () => refusal,
    close() {
      isClosed = true;
      clearTimeout(again);
      watcher.close();
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
