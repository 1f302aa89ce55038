/** Programs of an operation, one for each set of conditions and labels that it was asked with, kept as long as there is room. */
import { LRUCache } from 'lru-cache';
import { ClientError } from '../errors.ts';
import type { FetchPrograms, Program } from '../program.ts';
import type { AuthorizedRequest, Decision, Snapshot } from '../request.ts';
import { conditionVariables } from './conditions.ts';
import { weightOf } from './weight.ts';

/** Variables of `@skip`, `@include` and `@defer` in one operation: with each of them there are twice as many variants. */
const mostConditions = 16;

/** Variants of one decision that are kept: the first, so that whoever sends all pushes out none that others use. */
const mostVariants = 32;

/** For each graph, in bytes. */
const room = 64 * 1024 * 1024;

/** A program, and how it has been asked for. */
export interface KeptProgram {
  readonly program: Program;
  /** The variables of its conditions that were true. */
  readonly conditions: readonly string[];
  uses: number;
}

interface Place {
  readonly variants: Variants;
  readonly key: string;
}

type Keep = LRUCache<KeptProgram, Place>;

/** By what outlives a change of the rules alone, so that there is one room before and after it. */
const keeps = new WeakMap<FetchPrograms, Keep>();

function keepOf({ programs }: Snapshot): Keep {
  let keep = keeps.get(programs);
  if (keep === undefined) {
    keep = new LRUCache({
      maxSize: room,
      sizeCalculation: ({ variants }, { program }) => weightOf(program.fetches, variants.text),
      dispose: ({ variants, key }) => variants.forget(key),
    });
    keeps.set(programs, keep);
  }
  return keep;
}

class Variants {
  /** Those of conditions, in a fixed order. */
  readonly variables: readonly string[];
  /** Labels of `@override` that can make a difference. */
  readonly labels: readonly string[];
  readonly text: string;
  readonly #keep: Keep;
  readonly #known = new Map<string, KeptProgram>();

  constructor({ decision, parsed }: AuthorizedRequest, snapshot: Snapshot) {
    this.variables = conditionVariables(parsed.operation.definition);
    if (this.variables.length > mostConditions) throw tooManyConditions();
    this.labels = snapshot.programs.labelsFor(decision.operation);
    this.text = parsed.operation.key;
    this.#keep = keepOf(snapshot);
  }

  get(key: string): KeptProgram | undefined {
    const kept = this.#known.get(key);
    // What is used last is kept longest.
    if (kept !== undefined) this.#keep.get(kept);
    return kept;
  }

  /** Of several that are made at the same time, the first is kept. */
  add(key: string, program: Program, conditions: readonly string[]): KeptProgram {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const kept = { program, conditions, uses: 0 };
    if (this.#known.size >= mostVariants) return kept;
    this.#keep.set(kept, { variants: this, key });
    // Not where it alone would take more than all the room.
    if (this.#keep.has(kept)) this.#known.set(key, kept);
    return kept;
  }

  forget(key: string): void {
    this.#known.delete(key);
  }

  all(): readonly KeptProgram[] {
    return [...this.#known.values()];
  }
}

/** By decision: it belongs to one operation, one graph and one set of rights, and so does what is made of it. */
const memory = new WeakMap<Decision, Variants>();

/** @throws ClientError if there would be too many of them */
export function variantsOf(authorized: AuthorizedRequest, snapshot: Snapshot): Variants {
  const known = memory.get(authorized.decision);
  if (known !== undefined) return known;
  const variants = new Variants(authorized, snapshot);
  memory.set(authorized.decision, variants);
  return variants;
}

/** How an operation has been asked for. */
export type PlanUses = Pick<KeptProgram, 'conditions' | 'uses'>;

export function usesOf(decision: Decision): readonly PlanUses[] {
  const all = new Map<string, PlanUses>();
  for (const { conditions, uses } of memory.get(decision)?.all() ?? []) {
    const key = conditions.join();
    all.set(key, { conditions, uses: uses + (all.get(key)?.uses ?? 0) });
  }
  return [...all.values()];
}

function tooManyConditions(): ClientError {
  return new ClientError(
    'COST_LIMIT',
    `The operation has more than ${mostConditions} variables that decide over @skip, @include and @defer. Send it in parts.`,
  );
}
