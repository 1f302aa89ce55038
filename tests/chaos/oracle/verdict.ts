/** Counts what came of the requests, and keeps what must not have been. */
import type { Ledger, Trouble } from '../subgraphs/ledger.ts';
import type { AnswerError, Comparison } from './compare.ts';

/** So many are kept with their text; all are counted. */
const mostKept = 20;

/** A subgraph's connections and its breaker need a moment after it is back. */
const slackMs = 1_500;

export interface Asked {
  readonly what: string;
  readonly id: string;
  /** Undefined for what the gateway must not share with other requests. */
  readonly question: string | undefined;
  readonly from: number;
}

/** Something failed without a fault in what was sent for it. */
interface Suspect {
  readonly subgraph: string | undefined;
  readonly asked: Asked;
  readonly to: number;
  readonly text: string;
}

export class Verdict {
  readonly outcomes = new Map<string, number>();
  readonly violations: string[] = [];
  violated = 0;
  readonly #ledger: Ledger;
  readonly #suspects: Suspect[] = [];

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  count(outcome: string): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
  }

  violate(what: string): void {
    this.violated += 1;
    if (this.violations.length < mostKept) this.violations.push(what);
  }

  /** An answer that has been compared, and with which errors it came. @returns whether it was whole */
  judge(asked: Asked, { wrong, lost }: Comparison, errors: readonly AnswerError[]): boolean {
    const faults = [...this.#ledger.harmedBy(asked.id)].join(' and ');
    if (wrong.length > 0)
      this.violate(
        `${label(asked)}: ${wrong.slice(0, 3).join('; ')} | after ${faults} | ${JSON.stringify(errors).slice(0, 1_500)}`,
      );
    this.suspect(asked, errors);
    return lost === 0;
  }

  /** Every error needs a cause: a fault that this request or one that it shared has met, or a subgraph in trouble. */
  suspect(asked: Asked, errors: readonly AnswerError[]): void {
    const harmed = this.#ledger.harmedBy(asked.id);
    // Where one has lied, others may have been asked for what does not exist.
    if (harmed.size > 0) return;
    for (const { message, path, extensions = {} } of errors) {
      const { service, code } = extensions;
      const text = `${label(asked)}: ${code} at ${path?.join('.')} of ${service} without a cause: ${message}`;
      this.#suspects.push({ subgraph: service, asked, to: Date.now(), text });
    }
  }

  /** At the end, when all is known. @param breakers when the gateway let nothing through */
  settle(breakers: readonly Trouble[]): void {
    const troubles = [...this.#ledger.restarts, ...breakers];
    for (const { subgraph, asked, to, text } of this.#suspects.splice(0)) {
      const { from, question } = asked;
      const hasCause =
        (question !== undefined && this.#ledger.harmedAnother({ question, subgraph, from, to })) ||
        troubles.some(
          (trouble) =>
            trouble.subgraph === subgraph && trouble.from - 50 <= to && from <= trouble.to + slackMs,
        );
      if (!hasCause) this.violate(text);
    }
    for (const key of this.#ledger.repeated())
      this.violate(`the mutation ${key} was applied ${this.#ledger.timesApplied(key)} times`);
  }
}

export function label({ what, id }: Asked): string {
  return `${what} ${id}`;
}
