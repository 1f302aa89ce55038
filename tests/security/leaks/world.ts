/** A random graph behind a real gateway, with data that can be exchanged where somebody may not see them. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { federation } from '@portcullis/gateway/fixture/engine';
import { type House, openHouse } from '@portcullis/gateway/fixture/house';
import {
  type Item,
  isKey,
  type Question,
  RandomData,
  rootItem,
} from '@portcullis/gateway/fixture/random/data';
import type { Graph } from '@portcullis/gateway/fixture/random/graph';
import { resolverOf, typeResolver } from '@portcullis/gateway/fixture/random/mesh';
import { sdlOf } from '@portcullis/gateway/fixture/random/sdl';
import type { SubgraphFixture } from '@portcullis/gateway/fixture/subgraph';
import { createLog } from '@portcullis/gateway/observe/log';
import { type GraphQLFieldResolver, getNamedType } from 'graphql';
import type { MaskKind, RandomRules } from './rules.ts';

/** What is other in another world. */
export interface Hidden {
  readonly denied: ReadonlySet<string>;
  readonly masks: ReadonlyMap<string, MaskKind>;
}

/** In every text of another world that nothing shows of: it may be nowhere that somebody else reads. */
export const canary = 'canary';

const nothing: Hidden = { denied: new Set(), masks: new Map() };

/** The same data but for what somebody may not see of them: other values, lengths and nulls where all is denied. */
export class ExchangedData extends RandomData {
  readonly #other: RandomData;
  hidden = nothing;

  constructor(graph: Graph, seed: number) {
    super(graph, seed);
    this.#other = new RandomData(graph, seed + 1);
  }

  override valueOf(question: Question): unknown {
    const coordinate = `${question.item.__typename}.${question.field}`;
    if (this.hidden.denied.has(coordinate)) return this.#otherValueOf(question);
    const mask = this.hidden.masks.get(coordinate);
    const value = super.valueOf(question);
    if (mask === undefined) return value;
    return mask === 'null' ? this.#otherValueOf(question) : exchanged(value, mask);
  }

  #otherValueOf(question: Question): unknown {
    const value = this.#other.valueOf(question);
    const isText = getNamedType(question.type).name === 'String' && !isKey(question.item, question.field);
    return isText ? marked(value) : value;
  }
}

function marked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(marked);
  return typeof value === 'string' ? canary + value : value;
}

/** Another value with the same masked image; what a mask shows stays. */
function exchanged(value: unknown, mask: MaskKind): unknown {
  if (Array.isArray(value)) return value.map((each) => exchanged(each, mask));
  if (typeof value !== 'string') return value;
  const characters = [...value];
  const others = (from: number, to: number) =>
    characters.map((each, at) => (at >= from && at < to ? (each === 'z' ? 'y' : 'z') : each)).join('');
  const count = characters.length;
  if (mask === 'redact') return value + canary;
  // A text that is not longer than what is shown of it is not shown at all.
  if (mask === 'first:1') return others(count <= 1 ? 0 : 1, count);
  return others(0, count <= 2 ? count : count - 2);
}

export interface World {
  readonly house: House;
  readonly data: ExchangedData;
  /** Coordinates that subgraphs have resolved since it was last emptied, keys and type names aside. */
  readonly touched: Set<string>;
  /** All that was logged since. */
  readonly faults: unknown[];
  /** What operators and auditors can read: all lines of the log, and the audit trail. */
  written(): Promise<string>;
}

export async function openWorld(
  graph: Graph,
  rules: Pick<RandomRules, 'text'>,
  seed: number,
): Promise<World> {
  const data = new ExchangedData(graph, seed);
  const touched = new Set<string>();
  const faults: unknown[] = [];
  const logged: string[] = [];
  const log = createLog('trace', { write: (line) => void logged.push(line) });
  const fixtures = graph.subgraphs.map((name) => subgraphOf(graph, name, { data, touched }));
  const house = await openHouse(fixtures, {
    rules: rules.text,
    // Other forms of a question are longer.
    limits: { tokens: 100_000 },
    audit: true,
    observers: {
      ...log,
      requestFaulted(event) {
        log.requestFaulted(event);
        faults.push(event.error);
      },
    },
  });
  const trail = join(house.folder, 'audit.jsonl');
  const written = async () => logged.join('') + (await readFile(trail, 'utf8'));
  return { house, data, touched, faults, written };
}

interface Watching {
  readonly data: ExchangedData;
  readonly touched: Set<string>;
}

type Resolve = GraphQLFieldResolver<Item, unknown, Record<string, unknown>>;

function subgraphOf(graph: Graph, name: string, { data, touched }: Watching): SubgraphFixture {
  const resolve = resolverOf(graph, data, 'subgraph');
  const watched: Resolve = (item, given, context, info) => {
    touched.add(`${info.parentType.name}.${info.fieldName}`);
    return resolve(item ?? rootItem, given, context, info);
  };
  const ofTypes = graph.types.map(({ name: type, kind, fields }) => {
    const served = fields.filter(({ homes }) => homes.includes(name));
    const resolvers = Object.fromEntries(served.map((field) => [field.name, watched]));
    const reference = { __resolveReference: (given: Readonly<Record<string, unknown>>) => data.find(given) };
    return [type, { ...resolvers, ...(kind === 'entity' && reference) }] as const;
  });
  const ofAbstracts = graph.abstracts
    .filter(({ home }) => home === name)
    .map((each) => [each.name, { __resolveType: typeResolver }] as const);
  const known = ofTypes.filter(([, resolvers]) => Object.keys(resolvers).length > 0);
  return {
    name,
    sdl: `${federation} ${sdlOf(graph, name)}`,
    resolvers: Object.fromEntries([...known, ...ofAbstracts]) as SubgraphFixture['resolvers'],
  };
}
