/**
 * Runs a program on the bytes of replies: what they say stays where it is until the answer is written. Whatever is not as
 * expected ends it; the object tree then begins with the replies that there are.
 */
import type { FetchProgram, ObjectPlan, SourcePlan, SpliceProgram, Step } from '../../program.ts';
import { bodyOf } from '../body.ts';
import type { SubgraphReply } from '../client/call.ts';
import { runSteps } from '../run.ts';
import { collectGroups, type Entity, Group, join } from './pieces.ts';
import { Scanner } from './scanner.ts';
import { bail, isUnexpected } from './unexpected.ts';

export interface SpliceDependencies {
  /** The client's, coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly send: (step: Step, body: string) => Promise<SubgraphReply>;
}

/** Resolves with the answer's data, a character for each byte; undefined: it takes the object tree. */
export async function runOnBytes(
  { steps }: FetchProgram,
  program: SpliceProgram,
  dependencies: SpliceDependencies,
): Promise<string | undefined> {
  const splice = new Splice(program, dependencies);
  try {
    await runSteps(steps, (step) => splice.run(step));
    return splice.text();
  } catch (thrown) {
    if (isUnexpected(thrown)) return undefined;
    throw thrown;
  }
}

class Splice {
  readonly #program: SpliceProgram;
  readonly #dependencies: SpliceDependencies;
  /** By plan, then by what is kept of their replies. */
  readonly #groups = new Map<ObjectPlan, Map<string, Group>>();
  readonly #root: Group;
  /** Whether groups of a plan have been met in the order of the answer: entities of several plans come in another one. */
  #isOrdered = true;

  constructor(program: SpliceProgram, dependencies: SpliceDependencies) {
    this.#program = program;
    this.#dependencies = dependencies;
    this.#root = this.groupOf(program.root, []);
  }

  groupOf(plan: ObjectPlan, kept: readonly string[]): Group {
    let groups = this.#groups.get(plan);
    if (groups === undefined) {
      groups = new Map();
      this.#groups.set(plan, groups);
    }
    const [only = ''] = kept;
    const key = kept.length < 2 ? only : kept.join();
    let group = groups.get(key);
    if (group === undefined) {
      group = new Group(plan, kept);
      groups.set(key, group);
    }
    return group;
  }

  text(): string {
    return `{${join(this.#root.holes)}}`;
  }

  async run(step: Step): Promise<void> {
    const asked = step.batches.map((batch, index) =>
      batch.alias === undefined ? root(this.#root, this.#sources(step, index)) : this.#askedOf(step, index),
    );
    const isFromRoot = step.batches.every(({ alias }) => alias === undefined);
    if (!isFromRoot && asked.every(({ texts }) => texts.length === 0)) return;
    const { variables, send } = this.#dependencies;
    const reply = await send(step, bodyOf(step, variables, isFromRoot ? [] : asked));
    if (reply.outcome !== 'answered' || reply.status !== 200) bail();
    const scanner = new Scanner(reply.body, this);
    scanner.begin();
    if (isFromRoot) for (const each of asked) scanRoot(scanner, each, this.#root);
    else scanEntities(scanner, step, asked);
    scanner.end();
  }

  #sources({ index }: Step, batch: number): readonly SourcePlan[] {
    return this.#program.sources[index]?.[batch] ?? [];
  }

  /** Equal representations are one, wherever their objects stand. */
  #askedOf(step: Step, batch: number): Asked {
    const places = new Map<string, Seat[]>();
    const ask = (source: SourcePlan, group: Group) => {
      const text = representation(source, group);
      if (text === undefined) return;
      const seats = places.get(text);
      if (seats === undefined) places.set(text, [{ source, group }]);
      else seats.push({ source, group });
    };
    const sources = this.#sources(step, batch);
    const [only] = sources;
    this.#isOrdered &&= sources.length < 2;
    if (this.#isOrdered && only !== undefined) {
      for (const group of this.#groups.get(only.object)?.values() ?? []) ask(only, group);
    } else {
      for (const [source, group] of this.#inOrder(sources)) ask(source, group);
    }
    return { texts: [...places.keys()], seats: [...places.values()] };
  }

  /** As the object tree asks: site by site, and at each in the order of the answer. */
  #inOrder(sources: readonly SourcePlan[]): readonly (readonly [SourcePlan, Group])[] {
    const groups = new Set<Group>();
    collectGroups(this.#root, groups);
    const bySite = [...new Set(sources.map(({ site }) => site))].sort((one, other) => one - other);
    return bySite.flatMap((site) => {
      const here = new Map(sources.filter((each) => each.site === site).map((each) => [each.object, each]));
      return [...groups].flatMap((group) => {
        const source = here.get(group.plan);
        return source === undefined ? [] : [[source, group] as const];
      });
    });
  }
}

/** A group for which an entity was asked, by a source. */
interface Seat {
  readonly source: SourcePlan;
  readonly group: Group;
}

interface Asked {
  /** Representations as JSON. */
  readonly texts: readonly string[];
  /** Who gets the entity of each. */
  readonly seats: readonly (readonly Seat[])[];
}

function root(group: Group, sources: readonly SourcePlan[]): Asked {
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
    const kept = part.source === undefined ? group.kept : group.entities.get(part.source)?.kept;
    const value = kept?.[part.slot];
    if (value === undefined) return undefined;
    isKey ||= value !== 'null';
    text += value;
  }
  return isKey ? text : undefined;
}

function scanRoot(scanner: Scanner, { seats: [seats = []] }: Asked, group: Group): void {
  const entities = scanner.entities(seats.map(({ source }) => source));
  for (const [index, { source }] of seats.entries()) group.entities.set(source, entities[index] ?? bail());
}

/** Federation specification, `_entities`: one entry for each representation, in their order. */
function scanEntities(scanner: Scanner, { batches }: Step, asked: readonly Asked[]): void {
  for (const [index, { alias }] of batches.entries()) {
    scanner.expect(`${index === 0 ? '{' : ','}"${alias}":[`);
    for (const [place, seats] of (asked[index]?.seats ?? []).entries()) {
      if (place > 0) scanner.expect(',');
      seat(seats, scanner.entities(distinct(seats)));
    }
    scanner.expect(']');
  }
  scanner.expect('}');
}

function distinct(seats: readonly Seat[]): readonly SourcePlan[] {
  const [first, ...others] = seats;
  if (first !== undefined && others.length === 0) return [first.source];
  return [...new Set(seats.map(({ source }) => source))];
}

function seat(seats: readonly Seat[], entities: readonly (Entity | undefined)[]): void {
  const sources = distinct(seats);
  for (const { source, group } of seats) group.entities.set(source, entities[sources.indexOf(source)]);
}
