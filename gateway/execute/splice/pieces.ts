/** The answer in pieces: slices of replies, and gaps that are filled when all replies are there. */
import type { ObjectPlan, SourcePlan } from '../../program.ts';
import { bail } from './unexpected.ts';

/** Text has a character for each byte. */
export type Piece = string | Hole;

/** Objects of one plan that are told apart by nothing: what fetches add to them is the same. */
export class Group {
  readonly plan: ObjectPlan;
  /** What is kept of their own reply, by slot: JSON. */
  readonly kept: readonly string[];
  readonly holes: readonly Hole[];
  /** What sources add; missing where there was nothing to ask by. */
  readonly entities = new Map<SourcePlan, Entity | undefined>();

  constructor(plan: ObjectPlan, kept: readonly string[]) {
    this.plan = plan;
    this.kept = kept;
    this.holes = plan.holes.map((_, index) => new Hole(this, index));
  }
}

/** What a reply says of an entity: its runs, and what is kept of it. */
export class Entity {
  readonly #runs: readonly (readonly Piece[])[];
  readonly kept: readonly string[];
  readonly #texts: string[] = [];

  constructor(runs: readonly (readonly Piece[])[], kept: readonly string[]) {
    this.#runs = runs;
    this.kept = kept;
  }

  pieces(run: number): readonly Piece[] {
    return this.#runs[run] ?? [];
  }

  text(run: number): string {
    const known = this.#texts[run];
    if (known !== undefined) return known;
    const text = join(this.pieces(run));
    this.#texts[run] = text;
    return text;
  }
}

/** A gap between what the objects of a group say themselves. */
export class Hole {
  readonly group: Group;
  readonly #index: number;
  #text: string | undefined;

  constructor(group: Group, index: number) {
    this.group = group;
    this.#index = index;
  }

  text(): string {
    this.#text ??= this.#write();
    return this.#text;
  }

  #write(): string {
    const { plan, entities } = this.group;
    const parts = plan.holes[this.#index] ?? [];
    return parts
      .map((part) => {
        if (part.kind === 'constant') return part.text;
        return entities.get(part.source)?.text(part.run) ?? part.absent ?? bail();
      })
      .join();
  }
}

/** The groups of a group's objects and of all within them, in the order of the answer, as far as it is known. */
export function collectGroups(group: Group, found: Set<Group>): void {
  if (found.has(group)) return;
  found.add(group);
  for (const parts of group.plan.holes) {
    for (const part of parts) {
      const entity = part.kind === 'run' ? group.entities.get(part.source) : undefined;
      if (part.kind !== 'run' || entity === undefined) continue;
      for (const piece of entity.pieces(part.run))
        if (typeof piece !== 'string') collectGroups(piece.group, found);
    }
  }
}

export function join(pieces: readonly Piece[]): string {
  let text = '';
  for (const piece of pieces) text += typeof piece === 'string' ? piece : piece.text();
  return text;
}
