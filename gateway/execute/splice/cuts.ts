/** Replies, cut at the places where something else belongs: their bytes stay where they are until the answer is written. */
import type { ObjectPlan } from '../../program.ts';

/** The first of two marks, where they are no range of bytes: the second says which of the texts. */
export const textMark = -1;

/** Of a gap: the second says which group's, and the first which of its holes. */
export function holeMark(hole: number): number {
  return -2 - hole;
}

/** The inverse of {@link holeMark}. */
export const holeAt = holeMark;

export class Cuts {
  readonly bytes: Buffer;
  /** The same, four at a time. */
  readonly words: DataView;
  /** In pairs: from where to where bytes are taken as they are, a text instead of some, or a gap. */
  marks: Int32Array = new Int32Array(0);
  /** A character for each byte. */
  readonly texts: string[] = [];

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.words = wordsOf(bytes);
  }
}

export function wordsOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

/** Objects of one plan that are told apart by nothing: what fetches add to them is the same. */
export class Group {
  readonly plan: ObjectPlan;
  /** Among all of an answer. */
  readonly number: number;
  /** Among the holes of all of an answer, the first of its own. */
  readonly firstHole: number;
  /** What is kept of their own reply, by slot: JSON. */
  readonly kept: readonly string[];
  /** What sources add, by their index; undefined where there was nothing to ask by. */
  readonly entities: (Entity | undefined)[];
  /** When it was last looked for. */
  turn = 0;

  constructor(
    plan: ObjectPlan,
    kept: readonly string[],
    { number, firstHole }: Pick<Group, 'number' | 'firstHole'>,
  ) {
    this.plan = plan;
    this.kept = kept;
    this.number = number;
    this.firstHole = firstHole;
    this.entities = new Array<Entity | undefined>(plan.sources);
  }
}

/** What a reply says of an entity: its runs, and what is kept of it. */
export class Entity {
  readonly cuts: Cuts;
  readonly kept: readonly string[];
  /** Where the marks say where each run begins, and the last one ends. */
  readonly #index: number;

  constructor(cuts: Cuts, index: number, kept: readonly string[]) {
    this.cuts = cuts;
    this.#index = index;
    this.kept = kept;
  }

  /** Where the marks of a run begin. */
  begin(run: number): number {
    return this.cuts.marks[this.#index + run] ?? 0;
  }

  end(run: number): number {
    return this.cuts.marks[this.#index + run + 1] ?? 0;
  }
}
