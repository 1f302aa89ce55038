/** Programs of an operation, one for each set of conditions and labels that it was asked with, kept as long as there is room. */
import { LRUCache } from 'lru-cache';
import { ClientError } from '../errors.ts';
import type { Program } from '../program.ts';
import type { AuthorizedRequest, Decision, Snapshot } from '../request.ts';
import { conditionVariables } from './conditions.ts';
import { weightOf } from './weight.ts';

/** Variables of `@skip`, `@include` and `@defer` in one operation: with each of them there are twice as many variants. */
const mostConditions = 16;

/** Variants of one decision that are kept: the first, so that whoever sends all pushes out none that others use. */
const mostVariants = 32;

/** For each snapshot, in bytes. */
const room = 64 * 1024 * 1024;

interface Kept {
  readonly program: Program;
  readonly of: Variants;
}

type Keep = LRUCache<string, Kept>;

const keeps = new WeakMap<Snapshot, Keep>();

function keepOf(snapshot: Snapshot): Keep {
  let keep = keeps.get(snapshot);
  if (keep === undefined) {
    keep = new LRUCache({
      maxSize: room,
      sizeCalculation: ({ program, of }) => weightOf(program.fetches, of.text),
      dispose: ({ of }) => of.oneHasLeft(),
    });
    keeps.set(snapshot, keep);
  }
  return keep;
}

let count = 0;

class Variants {
  /** Those of conditions, in a fixed order. */
  readonly variables: readonly string[];
  /** Labels of `@override` that can make a difference. */
  readonly labels: readonly string[];
  readonly text: string;
  readonly #keep: Keep;
  readonly #name: string;
  #size = 0;

  constructor({ decision, parsed }: AuthorizedRequest, snapshot: Snapshot) {
    this.variables = conditionVariables(parsed.operation.definition);
    if (this.variables.length > mostConditions) throw tooManyConditions();
    this.labels = snapshot.programs.labelsFor(decision.operation);
    this.text = parsed.operation.key;
    this.#keep = keepOf(snapshot);
    count += 1;
    this.#name = `${count} `;
  }

  get(key: string): Program | undefined {
    return this.#keep.get(this.#name + key)?.program;
  }

  /** Of several that are made at the same time, the first is kept. */
  add(key: string, program: Program): void {
    const name = this.#name + key;
    if (this.#size >= mostVariants || this.#keep.has(name)) return;
    this.#keep.set(name, { program, of: this });
    // Not where it alone would take more than all the room.
    if (this.#keep.has(name)) this.#size += 1;
  }

  oneHasLeft(): void {
    this.#size -= 1;
  }
}

/** By decision: it belongs to one operation, one snapshot and one set of rights, and so does what is made of it. */
const memory = new WeakMap<Decision, Variants>();

/** @throws ClientError if there would be too many of them */
export function variantsOf(authorized: AuthorizedRequest, snapshot: Snapshot): Variants {
  const known = memory.get(authorized.decision);
  if (known !== undefined) return known;
  const variants = new Variants(authorized, snapshot);
  memory.set(authorized.decision, variants);
  return variants;
}

function tooManyConditions(): ClientError {
  return new ClientError(
    'COST_LIMIT',
    `The operation has more than ${mostConditions} variables that decide over @skip, @include and @defer. Send it in parts.`,
  );
}
