/** Reads the gateway's log as it comes: what it did about trouble, and what must not stand in it. */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Trouble } from '../subgraphs/ledger.ts';

interface Line {
  readonly level: number;
  readonly time: string;
  readonly msg: string;
  readonly subgraph?: string;
  readonly state?: 'closed' | 'open' | 'half-open';
}

export class GatewayLog {
  retries = 0;
  breakerOpened = 0;
  readonly faults: string[] = [];
  readonly #closed: Trouble[] = [];
  /** Breakers that are not closed, since when. */
  readonly #open = new Map<string, number>();

  constructor(output: Readable) {
    createInterface({ input: output }).on('line', (line) => this.#read(line));
  }

  /** When breakers were not closed. */
  breakers(): readonly Trouble[] {
    return [
      ...this.#closed,
      ...[...this.#open].map(([subgraph, from]) => ({ subgraph, from, to: Date.now() })),
    ];
  }

  #read(text: string): void {
    // Most lines are of requests, and reading each would cost as much as answering it.
    if (text.includes('"msg":"request"') || text.includes('"msg":"subgraph request"')) return;
    const line: Line = JSON.parse(text);
    if (line.msg === 'a subgraph request is sent again') this.retries += 1;
    else if (line.subgraph !== undefined && line.state !== undefined) this.#breaker(line.subgraph, line);
    else if (line.level >= 50) this.faults.push(text);
  }

  #breaker(subgraph: string, { state, time }: Line): void {
    const at = Date.parse(time);
    if (state === 'open') this.breakerOpened += 1;
    const since = this.#open.get(subgraph) ?? at;
    if (state !== 'closed') this.#open.set(subgraph, since);
    else if (this.#open.delete(subgraph)) this.#closed.push({ subgraph, from: since, to: at });
  }
}
