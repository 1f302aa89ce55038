/** What the subgraphs did to whom: the clients look here before they call an answer wrong. */
import { type Fault, isHarmful } from './faults.ts';

/** The gateway's time for a subgraph, and a moment: by then, what was sent for a client that has gone is over. */
const patienceMs = 2_250;

/** Requests of clients that have gone leave their faults behind. */
const mostRequests = 20_000;

export interface Trouble {
  readonly subgraph: string;
  readonly from: number;
  readonly to: number;
}

/** What failed, and when. */
export interface Failure {
  readonly question: string;
  readonly subgraph: string | undefined;
  readonly from: number;
  readonly to: number;
}

interface Spoilt {
  readonly from: number;
  /** When the client got its answer for which it was sent; those with whom it is shared may have joined until then. */
  to: number;
}

interface Harm {
  readonly faults: Map<string, string>;
  readonly spoilt: Spoilt[];
}

/** One request that a subgraph gets. */
export interface Heard {
  readonly subgraph: string;
  readonly requestId: string;
  readonly text: string;
}

export class Ledger {
  readonly injected = new Map<Fault | 'stream cut', number>();
  /** When subgraphs were not there; in milliseconds of the clock on the wall, as the gateway's log has it. */
  readonly restarts: Trouble[] = [];
  requests = 0;
  streams = 0;
  readonly #harmed = new Map<string, Harm>();
  readonly #applied = new Map<string, number>();
  readonly #questions = new Map<string, string>();
  /** What requests to subgraphs each question leads to. */
  readonly #heard = new Map<string, Set<string>>();
  /** When which request to a subgraph was spoilt. */
  readonly #spoilt = new Map<string, Spoilt[]>();

  /** @param question what is equal for all requests that the gateway may send to subgraphs once for several clients */
  ask(requestId: string, question: string): void {
    this.#questions.set(requestId, question);
    dropOldest(this.#questions);
  }

  hear({ subgraph, requestId, text }: Heard): void {
    const question = this.#questions.get(requestId);
    if (question === undefined) return;
    const heard = this.#heard.get(question) ?? new Set();
    this.#heard.set(question, heard.add(`${subgraph} ${text}`));
  }

  note(fault: Fault | 'stream cut', { requestId, subgraph, text }: Heard): void {
    this.injected.set(fault, (this.injected.get(fault) ?? 0) + 1);
    if (fault !== 'stream cut' && !isHarmful(fault)) return;
    const from = Date.now();
    const spoilt = { from, to: from + patienceMs };
    const key = `${subgraph} ${text}`;
    this.#spoilt.set(key, [...(this.#spoilt.get(key) ?? []), spoilt]);
    const harm: Harm = this.#harmed.get(requestId) ?? { faults: new Map(), spoilt: [] };
    harm.faults.set(subgraph, fault);
    harm.spoilt.push(spoilt);
    this.#harmed.set(requestId, harm);
    dropOldest(this.#harmed);
  }

  /**
   * Whether what a question leads to was spoilt meanwhile for another request: equal requests at the same moment are sent
   * once, with the id of one of them. To be asked when all has been heard.
   * @param subgraph the one that has failed; if it was never sent anything for this question, what was sent for another
   * question at that moment was the same
   */
  harmedAnother({ question, subgraph, from, to }: Failure): boolean {
    const wasSpoilt = (key: string) =>
      this.#spoilt.get(key)?.some((spoilt) => spoilt.from <= to && from <= spoilt.to) === true;
    const heard = [...(this.#heard.get(question) ?? [])];
    if (heard.some(wasSpoilt)) return true;
    const isOf = (key: string) => key.startsWith(`${subgraph} `);
    return !heard.some(isOf) && [...this.#spoilt.keys()].some((key) => isOf(key) && wasSpoilt(key));
  }

  /** The subgraphs that have failed a client's request so far, on purpose, and how each did last. */
  harmedBy(requestId: string): ReadonlyMap<string, string> {
    return this.#harmed.get(requestId)?.faults ?? new Map();
  }

  /** To be called when it has been answered and judged. */
  forget(requestId: string): void {
    for (const spoilt of this.#harmed.get(requestId)?.spoilt ?? []) spoilt.to = Date.now();
    this.#harmed.delete(requestId);
    this.#questions.delete(requestId);
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

function dropOldest(requests: Map<string, unknown>): void {
  if (requests.size <= mostRequests) return;
  for (const oldest of requests.keys()) {
    requests.delete(oldest);
    return;
  }
}
