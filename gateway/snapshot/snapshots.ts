/** The snapshot in force. A new one is made off to the side and swapped in whole; one that cannot be made changes nothing. */

import { createWatcher } from '../files/watch.ts';
import type { Snapshot } from '../request.ts';
import { type Made, type MakeOptions, make } from './make.ts';
import {
  type Enforced,
  type GraphSource,
  generationOf,
  noRules,
  type RulesSource,
  readGraph,
  readRules,
} from './source.ts';
import { faultOf, SourceFault } from './source-fault.ts';

export interface SnapshotsOptions extends MakeOptions {
  readonly source: SourceOptions;
  readonly refused: (event: SnapshotRefusal) => void;
  /** What was refused last can be served again, or is gone. */
  readonly mended: (event: { readonly serving: string }) => void;
}

export interface SourceOptions {
  /** Path of a `supergraph.yaml`, or of a composed supergraph in SDL. */
  readonly supergraph: string;
  /** Obligations that subgraphs carry out, of which a composed supergraph cannot say it. */
  readonly enforces: Enforced;
  /** The folder with the rules. */
  readonly policies: string | undefined;
}

export interface SnapshotRefusal {
  readonly message: string;
  readonly serving: string | undefined;
}

export interface Snapshots {
  current(): Snapshot;
  /** Told whenever another one is in force. */
  onSwap(listener: () => void): void;
  /** Why the newest source is not in force, if it is not. */
  refusal(): string | undefined;
  /** Resolves when planner and rules have ended; what is being made meanwhile will not be served. */
  close(): Promise<void>;
}

/**
 * Resolves with the first snapshot in force.
 * @throws SourceFault if there is none: a gateway without a graph or without rules does not start
 */
export async function createSnapshots(options: SnapshotsOptions): Promise<Snapshots> {
  const readAt = Date.now();
  const graph = await readGraph(options.source, options.toolchain);
  const rules = options.open ? noRules : await readRules(options.source.policies);
  return new WatchedSnapshots(options, await make({ graph, rules }, options), readAt);
}

/** Milliseconds until what was refused is looked at again, since to compose takes long. */
const againMs = 10_000;

class WatchedSnapshots implements Snapshots {
  readonly #options: SnapshotsOptions;
  readonly #graphWatcher = createWatcher(() => {
    this.#hasGraphChanged = true;
    void this.#reload();
  });
  readonly #rulesWatcher = createWatcher(() => void this.#reload());
  #made: Made;
  /** What the graph's source says now, whether it is in force or not. */
  #newest: GraphSource | SourceFault;
  #hasGraphChanged = false;
  #refusal: string | undefined;
  #isReloading = false;
  #hasChanged = false;
  #again: NodeJS.Timeout | undefined;
  readonly #closing = new AbortController();
  readonly #listeners: (() => void)[] = [];

  constructor(options: SnapshotsOptions, first: Made, readAt: number) {
    this.#options = options;
    this.#made = first;
    this.#newest = first.graph;
    this.#graphWatcher.watch(first.graph.files, readAt);
    this.#rulesWatcher.watch(first.rules.files, readAt);
  }

  current(): Snapshot {
    return this.#made.snapshot;
  }

  onSwap(listener: () => void): void {
    this.#listeners.push(listener);
  }

  refusal(): string | undefined {
    return this.#refusal;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#again);
    this.#graphWatcher.close();
    this.#rulesWatcher.close();
    await Promise.all([this.#made.planner.close(), this.#made.snapshot.access.close()]);
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
    this.#lookAgain();
  }

  /** What keeps a source from being read need not be the source, which then does not change when that has passed. */
  #lookAgain(): void {
    clearTimeout(this.#again);
    if (this.#refusal === undefined || this.#isClosed()) return;
    this.#again = setTimeout(() => {
      this.#hasGraphChanged ||= this.#newest instanceof SourceFault;
      void this.#reload();
    }, againMs).unref();
  }

  async #reloadOnce(): Promise<void> {
    const graph = await this.#graphNow();
    const rules = await this.#rulesNow();
    const fault = await this.#serve(graph, rules);
    // What is forbidden now must not wait for somebody to mend the graph.
    if (fault !== undefined && graph !== this.#made.graph) await this.#serve(this.#made.graph, rules);
    this.#refuse(fault?.message);
  }

  /** Read again only if it has changed: to compose is what takes longest. */
  async #graphNow(): Promise<GraphSource | SourceFault> {
    if (!this.#hasGraphChanged) return this.#newest;
    this.#hasGraphChanged = false;
    const readAt = Date.now();
    const { source, toolchain } = this.#options;
    this.#newest = await readGraph(source, toolchain).catch(faultOf);
    // The remedy may be in a file that the graph in force knows nothing of.
    const files = union(
      this.#newest instanceof SourceFault ? this.#made.graph.files : [],
      this.#newest.files,
    );
    if (!this.#isClosed()) this.#graphWatcher.watch(files, readAt);
    return this.#newest;
  }

  async #rulesNow(): Promise<RulesSource | SourceFault> {
    if (this.#options.open) return noRules;
    const readAt = Date.now();
    const rules = await readRules(this.#options.source.policies).catch(faultOf);
    const files = union(rules instanceof SourceFault ? this.#made.rules.files : [], rules.files);
    if (!this.#isClosed()) this.#rulesWatcher.watch(files, readAt);
    return rules;
  }

  /** Equal sources are one generation: a file that was only touched swaps nothing. */
  async #serve(
    graph: GraphSource | SourceFault,
    rules: RulesSource | SourceFault,
  ): Promise<SourceFault | undefined> {
    if (graph instanceof SourceFault) return graph;
    if (rules instanceof SourceFault) return rules;
    const before = this.#made;
    if (generationOf(graph, rules) === before.snapshot.generation) return undefined;
    try {
      this.#made = await make({ graph, rules }, this.#options, {
        made: before,
        closing: this.#closing.signal,
      });
    } catch (error) {
      return faultOf(error);
    }
    for (const listener of this.#listeners) listener();
    // Requests that began with the one before may still ask what it was made of, and are answered.
    if (this.#made.planner !== before.planner) void before.planner.close();
    void before.snapshot.access.close();
    if (this.#isClosed()) await this.close();
    return undefined;
  }

  #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Told once, however often the same fault is found again. */
  #refuse(message: string | undefined): void {
    if (message === this.#refusal) return;
    this.#refusal = message;
    const serving = this.#made.snapshot.generation;
    if (message === undefined) this.#options.mended({ serving });
    else this.#options.refused({ message, serving });
  }
}

function union(one: readonly string[], other: readonly string[]): readonly string[] {
  return [...new Set([...one, ...other])];
}
