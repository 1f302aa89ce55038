/**
 * Objects of one plan that are told apart by nothing: what fetches add to them is the same. A reply can have thousands of objects
 * and few groups: a group is found by bytes, without a text for each object.
 */
import { Buffer } from 'node:buffer';
import { randomInt } from 'node:crypto';
import type { ObjectPlan } from '../../program.ts';
import { Cuts } from './cuts.ts';
import type { Entity } from './entity.ts';
import { Marks } from './marks.ts';
import { fromBytes } from './tokens.ts';
import { bail } from './unexpected.ts';

/** Whoever does not know it cannot make many values with one hash. */
const seed = randomInt(2 ** 31);

/** Groups with one hash: more are no accident, and are left to the object tree. */
const mostAlike = 32;

export class Group {
  readonly plan: ObjectPlan;
  /** Among all of an answer. */
  readonly number: number;
  /** Among the holes of all of an answer, the first of its own. */
  readonly firstHole: number;
  /** What sources add, by their index; undefined where there was nothing to ask by. */
  readonly entities: (Entity | undefined)[];
  /** What is kept of the reply that the objects are from, by slot: JSON, a character for each byte. */
  readonly #kept: readonly string[];
  /** The next one with the same hash. */
  readonly next: Group | undefined;
  /** When it was last looked for, and which one in the order of the answer it was then. */
  turn = 0;
  place = 0;

  constructor({ plan, number, firstHole, next }: Identity, kept: readonly string[]) {
    this.plan = plan;
    this.number = number;
    this.firstHole = firstHole;
    this.next = next;
    this.entities = new Array<Entity | undefined>(plan.sources);
    this.#kept = kept;
  }

  /** JSON. */
  kept(slot: number): string {
    return fromBytes(this.#kept[slot] ?? bail());
  }

  keeps(cuts: Cuts, kept: Marks, from: number): boolean {
    for (let slot = 0, at = from; slot < this.#kept.length; slot += 1, at += 2) {
      if (!cuts.says(this.#kept[slot] ?? bail(), kept.get(at), kept.get(at + 1))) return false;
    }
    return true;
  }
}

type Identity = Pick<Group, 'plan' | 'number' | 'firstHole' | 'next'>;

export class Groups {
  /** By number. */
  readonly all: Group[] = [];
  readonly root: Group;
  readonly #byPlan: (Known | undefined)[] = [];
  #holes = 0;

  constructor(root: ObjectPlan) {
    this.root = this.of(root, new Cuts(Buffer.alloc(0)), new Marks(0), 0);
  }

  /** How many all of them have together. */
  get holes(): number {
    return this.#holes;
  }

  /** In the order in which their first objects were met. */
  ofPlan({ index }: ObjectPlan): readonly Group[] {
    return this.#byPlan[index]?.groups ?? [];
  }

  /** The group of an object of a reply; `kept`: what is kept of it, from somewhere on. */
  of(plan: ObjectPlan, cuts: Cuts, kept: Marks, from: number): Group {
    const known = this.#known(plan);
    const hash = hashOf(cuts, kept, from);
    const next = known.byHash.get(hash);
    let alike = 0;
    for (let group = next; group !== undefined; group = group.next) {
      if (group.keeps(cuts, kept, from)) return group;
      alike += 1;
      if (alike === mostAlike) bail();
    }
    const identity = { plan, number: this.all.length, firstHole: this.#holes, next };
    const group = new Group(identity, textsOf(cuts, kept, from));
    this.#holes += plan.holes.length;
    this.all.push(group);
    known.groups.push(group);
    known.byHash.set(hash, group);
    return group;
  }

  #known({ index }: ObjectPlan): Known {
    let known = this.#byPlan[index];
    if (known === undefined) {
      known = { groups: [], byHash: new Map() };
      this.#byPlan[index] = known;
    }
    return known;
  }
}

interface Known {
  readonly groups: Group[];
  readonly byHash: Map<number, Group>;
}

function textsOf(cuts: Cuts, kept: Marks, from: number): readonly string[] {
  const texts: string[] = [];
  for (let at = from; at < kept.length; at += 2) texts.push(cuts.textOf(kept.get(at), kept.get(at + 1)));
  return texts;
}

function hashOf(cuts: Cuts, kept: Marks, from: number): number {
  let hash = seed;
  for (let at = from; at < kept.length; at += 2) hash = cuts.hash(~hash, kept.get(at), kept.get(at + 1));
  return hash;
}
