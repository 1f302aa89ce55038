/** The snapshot in force. A new one is made off to the side and swapped in whole; one that cannot be made changes nothing. */
import { buildAccessRules, openRules } from '@portcullis/policies/engine/bundle';
import { readSupergraph } from '@portcullis/schema/supergraph/read';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import type { Planner } from '../program.ts';
import type { Snapshot } from '../request.ts';
import { messageOf, readSource, type Source, SourceFault, type SourceOptions } from './source.ts';
import { createWatcher } from './watch.ts';

export interface SnapshotsOptions {
  readonly source: SourceOptions;
  /** Everything is allowed to everybody. */
  readonly open: boolean;
  readonly createPlanner: (supergraph: Supergraph) => Planner;
  readonly swapped: (event: SnapshotSwap) => void;
  readonly refused: (event: SnapshotRefusal) => void;
}

export interface SnapshotSwap {
  readonly generation: string;
  readonly previous: string | undefined;
  readonly durationMs: number;
}

export interface SnapshotRefusal {
  readonly message: string;
  readonly serving: string | undefined;
}

export interface Snapshots {
  current(): Snapshot;
  /** Why the newest source is not in force, if it is not. */
  refusal(): string | undefined;
  close(): void;
}

/**
 * Resolves with the first snapshot in force.
 * @throws SourceFault if there is none: a gateway without a graph does not start
 */
export async function createSnapshots(options: SnapshotsOptions): Promise<Snapshots> {
  return new WatchedSnapshots(options, await make(options, undefined));
}

class WatchedSnapshots implements Snapshots {
  readonly #options: SnapshotsOptions;
  readonly #watcher = createWatcher(() => void this.#reload());
  #made: Made;
  #refusal: string | undefined;
  #isReloading = false;
  #hasChanged = false;
  #isClosed = false;

  constructor(options: SnapshotsOptions, first: Made) {
    this.#options = options;
    this.#made = first;
    this.#watcher.watch(first.files, first.readAt);
  }

  current(): Snapshot {
    return this.#made.snapshot;
  }

  refusal(): string | undefined {
    return this.#refusal;
  }

  close(): void {
    this.#isClosed = true;
    this.#watcher.close();
  }

  /** One at a time; what changes meanwhile is read after it. */
  async #reload(): Promise<void> {
    this.#hasChanged = true;
    if (this.#isReloading) return;
    this.#isReloading = true;
    while (this.#hasChanged && !this.#isClosed) {
      this.#hasChanged = false;
      await this.#reloadOnce();
    }
    this.#isReloading = false;
  }

  async #reloadOnce(): Promise<void> {
    const readAt = Date.now();
    try {
      this.#made = await make(this.#options, this.#made);
      this.#refusal = undefined;
      if (!this.#isClosed) this.#watcher.watch(this.#made.files, readAt);
    } catch (error) {
      this.#refuse(messageOf(error));
      // The remedy may be in a file that the snapshot in force knows nothing of.
      const files = error instanceof SourceFault ? union(this.#made.files, error.files) : this.#made.files;
      if (!this.#isClosed) this.#watcher.watch(files, readAt);
    }
  }

  /** Told once, however often the same fault is found again. */
  #refuse(message: string): void {
    if (message !== this.#refusal) {
      this.#options.refused({ message, serving: this.#made.snapshot.generation });
    }
    this.#refusal = message;
  }
}

interface Made {
  readonly snapshot: Snapshot;
  readonly files: readonly string[];
  readonly readAt: number;
}

/** Equal sources are one generation: a file that was only touched swaps nothing. */
async function make(options: SnapshotsOptions, before: Made | undefined): Promise<Made> {
  const started = performance.now();
  const readAt = Date.now();
  const source = await readSource(options.source);
  const previous = before?.snapshot.generation;
  if (before !== undefined && source.generation === previous)
    return { ...before, files: source.files, readAt };
  const snapshot = build(source, options);
  options.swapped({ generation: source.generation, previous, durationMs: performance.now() - started });
  return { snapshot, files: source.files, readAt };
}

function build(source: Source, { open, createPlanner }: SnapshotsOptions): Snapshot {
  try {
    const supergraph = readSupergraph(source.supergraphSdl, source.events);
    const rules = open ? openRules : buildAccessRules(supergraph, source.tags);
    const planner = createPlanner(supergraph);
    return Object.freeze({ generation: source.generation, supergraph, rules, planner });
  } catch (cause) {
    throw new SourceFault(messageOf(cause), source.files, { cause });
  }
}

function union(one: readonly string[], other: readonly string[]): readonly string[] {
  return [...new Set([...one, ...other])];
}
