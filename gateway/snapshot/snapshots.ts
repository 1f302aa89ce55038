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
  let current = await make(options, undefined);
  let refusal: string | undefined;
  let reloading: Promise<void> | undefined;
  let again = false;
  let closed = false;

  const watcher = createWatcher(() => {
    again = true;
    reloading ??= reloadAll().finally(() => {
      reloading = undefined;
    });
  });
  watcher.watch(current.files, current.readAt);

  /** One at a time; what changes meanwhile is read after it. */
  async function reloadAll(): Promise<void> {
    while (again && !closed) {
      again = false;
      await reload();
    }
  }

  async function reload(): Promise<void> {
    const readAt = Date.now();
    try {
      const made = await make(options, current);
      if (closed) return;
      current = made;
      refusal = undefined;
      watcher.watch(made.files, made.readAt);
    } catch (error) {
      if (closed) return;
      const message = messageOf(error);
      if (message !== refusal) options.refused({ message, serving: current.snapshot.generation });
      refusal = message;
      if (error instanceof SourceFault) watcher.watch(union(current.files, error.files), readAt);
    }
  }

  return {
    current: () => current.snapshot,
    refusal: () => refusal,
    close() {
      closed = true;
      watcher.close();
    },
  };
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
    const supergraph = readSupergraph(source.supergraphSdl);
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
