/** Other rules beside those in force (`measure`): what they would change is told, and nothing is decided by them. */
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { createWatcher } from '../files/watch.ts';
import type { Access } from '../request.ts';
import { type RulesSource, readRules } from './source.ts';
import { faultOf, messageOf, SourceFault } from './source-fault.ts';
import type { Toolchain } from './toolchain.ts';

export interface CandidateOptions {
  readonly folder: string;
  readonly toolchain: Pick<Toolchain, 'createAccess'>;
  /** Why nothing can be measured by them. */
  readonly refused: (message: string) => void;
}

export class Candidate {
  readonly #options: CandidateOptions;
  readonly #watcher = createWatcher(() => void this.#make());
  #graph: Supergraph | undefined;
  #made: { readonly graph: Supergraph; readonly version: string; readonly access: Access } | undefined;
  #making: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: CandidateOptions) {
    this.#options = options;
  }

  /** Undefined as long as there are none for this graph. */
  accessTo(graph: Supergraph): Access | undefined {
    return this.#made?.graph === graph ? this.#made.access : undefined;
  }

  /** Another graph is in force. */
  follow(graph: Supergraph): void {
    if (graph === this.#graph) return;
    this.#graph = graph;
    void this.#make();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#watcher.close();
    await this.#making;
    await this.#made?.access.close();
  }

  /** One after the other. */
  #make(): Promise<void> {
    const after = this.#making ?? Promise.resolve();
    this.#making = after.then(() => this.#makeNow());
    return this.#making;
  }

  async #makeNow(): Promise<void> {
    const graph = this.#graph;
    if (graph === undefined || this.#isClosed) return;
    const readAt = Date.now();
    const rules = await readRules(this.#options.folder).catch(faultOf);
    if (!this.#isClosed) this.#watcher.watch(rules.files, readAt);
    if (rules instanceof SourceFault) this.#options.refused(rules.message);
    else await this.#replace(graph, rules);
  }

  async #replace(graph: Supergraph, { version, policies }: RulesSource): Promise<void> {
    const before = this.#made;
    if (before?.graph === graph && before.version === version) return;
    try {
      const access = await this.#options.toolchain.createAccess(policies, graph);
      this.#made = { graph, version, access };
      void before?.access.close();
    } catch (error) {
      this.#options.refused(messageOf(error));
    }
  }
}
