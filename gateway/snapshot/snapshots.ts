/** The snapshot in force. A new one is made off to the side and swapped in whole; one that cannot be made changes nothing. */
import { setImmediate } from 'node:timers/promises';
import { buildAccessRules, openRules } from '@portcullis/policies/engine/bundle';
import { readInSteps } from '@portcullis/schema/supergraph/read';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import type { FetchPrograms, Planner } from '../program.ts';
import type { Snapshot } from '../request.ts';
import { messageOf, readSource, type Source, SourceFault, type SourceOptions } from './source.ts';
import type { Toolchain } from './toolchain.ts';
import type { WarmUp, WarmUpOutcome } from './warm-up.ts';
import { createWatcher } from './watch.ts';

export interface SnapshotsOptions {
  readonly source: SourceOptions;
  /** Everything is allowed to everybody. */
  readonly open: boolean;
  readonly toolchain: Toolchain;
  readonly createPrograms: (planner: Planner, supergraph: Supergraph) => FetchPrograms;
  readonly warmUp: WarmUp;
  readonly swapped: (event: SnapshotSwap) => void;
  readonly refused: (event: SnapshotRefusal) => void;
}

export interface SnapshotSwap {
  readonly generation: string;
  readonly previous: string | undefined;
  readonly durationMs: number;
  /** Undefined for the first one. */
  readonly warmUp: WarmUpOutcome | undefined;
}

export interface SnapshotRefusal {
  readonly message: string;
  readonly serving: string | undefined;
}

export interface Snapshots {
  current(): Snapshot;
  /** Why the newest source is not in force, if it is not. */
  refusal(): string | undefined;
  /** Resolves when the planner has ended; what is being made meanwhile will not be served. */
  close(): Promise<void>;
}

/**
 * Resolves with the first snapshot in force.
 * @throws SourceFault if there is none: a gateway without a graph does not start
 */
export async function createSnapshots(options: SnapshotsOptions): Promise<Snapshots> {
  return new WatchedSnapshots(options, await make(options));
}

class WatchedSnapshots implements Snapshots {
  readonly #options: SnapshotsOptions;
  readonly #watcher = createWatcher(() => void this.#reload());
  #made: Made;
  #refusal: string | undefined;
  #isReloading = false;
  #hasChanged = false;
  readonly #closing = new AbortController();

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

  async close(): Promise<void> {
    this.#closing.abort();
    this.#watcher.close();
    await this.#made.planner.close();
  }

  /** One at a time; what changes meanwhile is read after it. */
  async #reload(): Promise<void> {
    this.#hasChanged = true;
    if (this.#isReloading) return;
    this.#isReloading = true;
    while (this.#hasChanged && !this.#isClosed()) {
      this.#hasChanged = false;
      await this.#reloadOnce();
    }
    this.#isReloading = false;
  }

  async #reloadOnce(): Promise<void> {
    const readAt = Date.now();
    try {
      const before = this.#made;
      this.#made = await make(this.#options, { made: before, closing: this.#closing.signal });
      this.#refusal = undefined;
      // Requests that began with the one before may still ask its planner, and are answered.
      if (this.#made.planner !== before.planner) void before.planner.close();
      if (this.#isClosed()) await this.#made.planner.close();
      else this.#watcher.watch(this.#made.files, readAt);
    } catch (error) {
      this.#refuse(messageOf(error));
      // The remedy may be in a file that the snapshot in force knows nothing of.
      const files = error instanceof SourceFault ? union(this.#made.files, error.files) : this.#made.files;
      if (!this.#isClosed()) this.#watcher.watch(files, readAt);
    }
  }

  #isClosed(): boolean {
    return this.#closing.signal.aborted;
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
  readonly planner: Planner;
  readonly files: readonly string[];
  readonly readAt: number;
}

interface Before {
  readonly made: Made;
  /** Aborted when nothing more will be served. */
  readonly closing: AbortSignal;
}

/** Equal sources are one generation: a file that was only touched swaps nothing. */
async function make(options: SnapshotsOptions, before?: Before): Promise<Made> {
  const started = performance.now();
  const readAt = Date.now();
  const source = await readSource(options.source, options.toolchain);
  const previous = before?.made.snapshot.generation;
  if (before !== undefined && source.generation === previous)
    return { ...before.made, files: source.files, readAt };
  const { snapshot, planner } = await build(source, options);
  const warmUp = before && (await options.warmUp(before.made.snapshot, snapshot, before.closing));
  const durationMs = performance.now() - started;
  options.swapped({ generation: source.generation, previous, durationMs, warmUp });
  return { snapshot, planner, files: source.files, readAt };
}

/** The planner is made elsewhere, if it can be, while the model is read here. */
async function build(
  source: Source,
  { open, toolchain, createPrograms }: SnapshotsOptions,
): Promise<Pick<Made, 'snapshot' | 'planner'>> {
  const { supergraphSdl, generation, tags, files } = source;
  const planning = toolchain.createPlanner(supergraphSdl);
  try {
    const [supergraph] = await Promise.all([readWithPauses(source), planning]);
    const rules = open ? openRules : buildAccessRules(supergraph, tags);
    const planner = await planning;
    const programs = createPrograms(planner, supergraph);
    return { snapshot: Object.freeze({ generation, supergraph, rules, programs }), planner };
  } catch (cause) {
    void planning.then((planner) => planner.close()).catch(() => {});
    throw new SourceFault(messageOf(cause), files, { cause });
  }
}

/** Requests are answered in between. */
async function readWithPauses({ supergraphSdl, events }: Source): Promise<Supergraph> {
  const reading = readInSteps(supergraphSdl, events);
  for (;;) {
    await setImmediate();
    const step = reading.next();
    if (step.done === true) return step.value;
  }
}

function union(one: readonly string[], other: readonly string[]): readonly string[] {
  return [...new Set([...one, ...other])];
}
