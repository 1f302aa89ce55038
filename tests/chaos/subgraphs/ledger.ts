/** What the subgraphs did to whom: the clients look here before they call an answer wrong. */
import { type Fault, isHarmful } from './faults.ts';

/** Requests of clients that have gone leave their faults behind. */
const mostRequests = 20_000;

export interface Trouble {
  readonly subgraph: string;
  readonly from: number;
  readonly to: number;
}

export class Ledger {
  readonly injected = new Map<Fault | 'stream cut', number>();
  /** When subgraphs were not there; in milliseconds of the clock on the wall, as the gateway's log has it. */
  readonly restarts: Trouble[] = [];
  requests = 0;
  streams = 0;
  readonly #harmed = new Map<string, Map<string, string>>();
  readonly #applied = new Map<string, number>();

  note(fault: Fault | 'stream cut', requestId: string, subgraph: string): void {
    this.injected.set(fault, (this.injected.get(fault) ?? 0) + 1);
    if (fault !== 'stream cut' && !isHarmful(fault)) return;
    const harmed = this.#harmed.get(requestId) ?? new Map<string, string>();
    this.#harmed.set(requestId, harmed.set(subgraph, fault));
    if (this.#harmed.size <= mostRequests) return;
    for (const oldest of this.#harmed.keys()) {
      this.#harmed.delete(oldest);
      break;
    }
  }

  /** The subgraphs that have failed a client's request so far, on purpose, and how each did last. */
  harmedBy(requestId: string): ReadonlyMap<string, string> {
    return this.#harmed.get(requestId) ?? new Map();
  }

  forget(requestId: string): void {
    this.#harmed.delete(requestId);
  }

  apply(key: string): void {
    this.#applied.set(key, this.timesApplied(key) + 1);
  }

  timesApplied(key: string): number {
    return this.#applied.get(key) ?? 0;
  }

  /** Mutations that were applied more than once. */
  repeated(): readonly string[] {
    return [...this.#applied].filter(([, times]) => times > 1).map(([key]) => key);
  }

  mutations(): number {
    return this.#applied.size;
  }
}
