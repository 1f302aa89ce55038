/**
 * Runs a program on the bytes of replies: what they say stays where it is until the answer is written. Whatever is not as
 * expected ends it; the object tree then begins with the replies that there are.
 */
import type { FetchProgram, SourcePlan, SpliceProgram, Step } from '../../program.ts';
import { bodyOf } from '../body.ts';
import type { SubgraphReply } from '../client/call.ts';
import { runSteps } from '../run.ts';
import type { Entity } from './entity.ts';
import { type Group, Groups } from './groups.ts';
import { GroupOrder } from './order.ts';
import { Scanner } from './scanner.ts';
import { bail, isUnexpected } from './unexpected.ts';
import { Writer } from './writer.ts';

export interface SpliceDependencies {
  /** The client's, coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly send: (step: Step, body: string) => Promise<SubgraphReply>;
  readonly answerBytes: number;
}

export interface Spliced {
  /** The answer's data, JSON as UTF-8. */
  readonly data: Buffer;
  /** Items of its lists of objects. */
  readonly rows: number;
}

/** Undefined: it takes the object tree. */
export async function runOnBytes(
  { steps }: FetchProgram,
  program: SpliceProgram,
  dependencies: SpliceDependencies,
): Promise<Spliced | undefined> {
  const splice = new Splice(program, dependencies);
  try {
    await runSteps(steps, (step) => splice.run(step));
    return { data: splice.write(), rows: splice.rows };
  } catch (thrown) {
    if (isUnexpected(thrown)) return undefined;
    throw thrown;
  }
}

const writer = new Writer();

class Splice {
  rows = 0;
  readonly #program: SpliceProgram;
  readonly #dependencies: SpliceDependencies;
  readonly #groups: Groups;
  readonly #order: GroupOrder;
  /** Whether groups of a plan have been met in the order of the answer: entities of several plans come in another one. */
  #isOrdered = true;

  constructor(program: SpliceProgram, dependencies: SpliceDependencies) {
    this.#program = program;
    this.#dependencies = dependencies;
    this.#groups = new Groups(program.root);
    this.#order = new GroupOrder(this.#groups);
  }

  write(): Buffer {
    return writer.write(this.#groups, this.#dependencies.answerBytes);
  }

  async run(step: Step): Promise<void> {
    const asked = step.batches.map((batch, index) =>
      batch.alias === undefined
        ? root(this.#groups.root, this.#sources(step, index))
        : this.#askedOf(step, index),
    );
    const isFromRoot = step.batches.every(({ alias }) => alias === undefined);
    if (!isFromRoot && asked.every(({ texts }) => texts.length === 0)) return;
    const { variables, send } = this.#dependencies;
    const reply = await send(step, bodyOf(step, variables, isFromRoot ? [] : asked));
    if (reply.outcome !== 'answered' || reply.status !== 200) bail();
    const scanner = new Scanner(reply.body, this.#groups);
    scanner.begin();
    if (isFromRoot) for (const each of asked) scanRoot(scanner, each);
    else scanEntities(scanner, step, asked);
    scanner.end();
    this.rows += scanner.rows;
    this.#order.forget();
  }

  #sources({ index }: Step, batch: number): readonly SourcePlan[] {
    return this.#program.sources[index]?.[batch] ?? [];
  }

  /** Equal representations are one, wherever their objects stand. */
  #askedOf(step: Step, batch: number): Asked {
    const asked = new Asked();
    const sources = this.#sources(step, batch);
    const [only] = sources;
    this.#isOrdered &&= sources.length < 2;
    if (this.#isOrdered && only !== undefined) {
      for (const group of this.#groups.ofPlan(only.object)) asked.add(only, group);
      return asked;
    }
    // As the object tree asks: site by site, and at each in the order of the answer.
    for (const here of bySite(sources)) {
      const [first] = here;
      if (first === undefined) continue;
      for (const group of this.#order.of(here.map(({ object }) => object))) {
        const source = here.length === 1 ? first : here.find(({ object }) => object === group.plan);
        if (source !== undefined) asked.add(source, group);
      }
    }
    return asked;
  }
}

/** One for each type that can stand at a site. */
function bySite(sources: readonly SourcePlan[]): readonly SourcePlan[][] {
  const sites: SourcePlan[][] = [];
  for (const source of sources) {
    const here = sites[source.site];
    if (here === undefined) sites[source.site] = [source];
    else here.push(source);
  }
  return sites.filter((here) => here !== undefined);
}

/** A group for which an entity was asked, by a source. */
interface Seat {
  readonly source: SourcePlan;
  readonly group: Group;
}

class Asked {
  /** Representations as JSON. */
  readonly texts: string[] = [];
  /** Who gets the entity of each. */
  readonly seats: Seat[][] = [];
  readonly #seatsOf = new Map<string, Seat[]>();

  add(source: SourcePlan, group: Group): void {
    const text = representation(source, group);
    if (text === undefined) return;
    const known = this.#seatsOf.get(text);
    if (known !== undefined) {
      known.push({ source, group });
      return;
    }
    const seats = [{ source, group }];
    this.#seatsOf.set(text, seats);
    this.texts.push(text);
    this.seats.push(seats);
  }
}

function root(group: Group, sources: readonly SourcePlan[]): Pick<Asked, 'texts' | 'seats'> {
  return { texts: [], seats: [sources.map((source) => ({ source, group }))] };
}

/** Undefined if there is nothing to ask by: what it needs is not there, or nothing but nulls. */
function representation({ representation: parts }: SourcePlan, group: Group): string | undefined {
  let text = '';
  let isKey = false;
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    const keeper = part.source === undefined ? group : group.entities[part.source.index];
    const value = keeper?.kept(part.slot);
    if (value === undefined) return undefined;
    isKey ||= value !== 'null';
    text += value;
  }
  return isKey ? text : undefined;
}

function scanRoot(scanner: Scanner, { seats: [seats = []] }: Pick<Asked, 'seats'>): void {
  const start = scanner.at;
  for (const { source, group } of seats) {
    scanner.at = start;
    group.entities[source.index] = scanner.entity(source) ?? bail();
  }
}

/** Federation specification, `_entities`: one entry for each representation, in their order. */
function scanEntities(scanner: Scanner, { batches }: Step, asked: readonly Pick<Asked, 'seats'>[]): void {
  for (const [index, { alias }] of batches.entries()) {
    scanner.expect(`${index === 0 ? '{' : ','}"${alias}":[`);
    const all = asked[index]?.seats ?? [];
    for (let place = 0; place < all.length; place += 1) {
      if (place > 0) scanner.expect(',');
      scanEntity(scanner, all[place] ?? []);
    }
    scanner.expect(']');
  }
  scanner.expect('}');
}

/** Read once for each source: each makes of it what stands in its own places. */
function scanEntity(scanner: Scanner, seats: readonly Seat[]): void {
  const start = scanner.at;
  let source: SourcePlan | undefined;
  let entity: Entity | undefined;
  for (const seat of seats) {
    if (seat.source !== source) {
      scanner.at = start;
      source = seat.source;
      entity = scanner.entity(source);
    }
    seat.group.entities[source.index] = entity;
  }
}
