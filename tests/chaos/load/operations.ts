/** What clients ask. Variables come from small sets, so that the same is asked by several at once and plans are reused. */
import { most } from '../graph/values.ts';
import type { Random } from '../random.ts';

export interface Operation {
  readonly name: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Under which the subgraphs count a mutation. */
  readonly keys?: readonly string[];
}

type Draw = (random: Random, unique: string) => Omit<Operation, 'name'>;

const idOf = (random: Random) => String(1 + random.below(most));

const queries: Readonly<Record<string, Draw>> = {
  single: () => ({ query: '{ me { id name nick age } }', variables: {} }),
  join: (random) => ({
    query: `query ($id: ID!) { item(id: $id) { title price inStock shipping maker { name }
      reviews { text stars author { name age } } } }`,
    variables: { id: idOf(random) },
  }),
  list: (random) => ({
    query:
      'query ($n: Int!) { items(first: $n) { id title shipping places { name amount keeper { nick } } } }',
    variables: { n: 1 + random.below(12) },
  }),
  deep: (random) => ({
    query: `query ($n: Int!) { people(first: $n) { name reviews { text item { title shipping
      reviews { stars author { name friends { nick reviews { stars } } } } } } } }`,
    variables: { n: 1 + random.below(4) },
  }),
  aliases: (random) => ({
    query: `query ($a: ID!, $b: ID!) { one: person(id: $a) { who: name ...Talk } two: person(id: $b) { name: nick ...Talk }
      same: item(id: $a) { reviews: inStock said: reviews { of: author { id } } } }
      fragment Talk on Person { said: reviews { stars about: item { price: title } } }`,
    variables: { a: idOf(random), b: idOf(random) },
  }),
  conditions: (random) => ({
    query: `query ($id: ID!, $with: Boolean!, $without: Boolean!) { person(id: $id) { name @skip(if: $without)
      ... @include(if: $with) { reviews { text item @skip(if: $without) { title inStock @include(if: $with) } } } age }
      me @include(if: $without) { nick } }`,
    variables: { id: idOf(random), with: random.below(2) === 0, without: random.below(2) === 0 },
  }),
  abstract: (random) => ({
    query: `query ($n: Int!) { latest(first: $n) { __typename ... on Review { id stars author { name } item { title } }
      ... on Note { text by { nick age } } } }`,
    variables: { n: 1 + random.below(9) },
  }),
  several: (random) => ({
    query: `query ($id: ID!) { me { name } item(id: $id) { maker { friends { name } } }
      latest(first: 3) { ... on Review { text } } again: me { reviews { author { id name } } } }`,
    variables: { id: idOf(random) },
  }),
};

const mutations: Readonly<Record<string, Draw>> = {
  mutation: (random, unique) => ({
    query: `mutation ($key: ID!, $item: ID!, $amount: Int!) { reserve(key: $key, item: $item, amount: $amount) {
      key amount item { title inStock reviews { stars } } } }`,
    variables: { key: unique, item: idOf(random), amount: random.below(100) },
    keys: [`stock ${unique}`],
  }),
  'two mutations': (random, unique) => ({
    query: `mutation ($key: ID!, $item: ID!) { reserve(key: $key, item: $item, amount: 1) { item { maker { name } } }
      write(key: $key, item: $item, text: "new") { text stars author { name } } }`,
    variables: { key: unique, item: idOf(random) },
    keys: [`stock ${unique}`, `talk ${unique}`],
  }),
};

const deferred: Readonly<Record<string, Draw>> = {
  'deferred joins': (random) => ({
    query: `query ($n: Int!) { items(first: $n) { id title ... @defer(label: "more") { shipping reviews { text author { name } } } } }`,
    variables: { n: 1 + random.below(6) },
  }),
  'deferred in deferred': (random) => ({
    query: `query ($id: ID!) { person(id: $id) { name ... @defer(label: "outer") { age reviews { stars
      ... @defer(label: "inner") { item { title places { name } } } } } } }`,
    variables: { id: idOf(random) },
  }),
};

/** What has to be equal for requests to be sent to subgraphs once. Mutations never are. */
export function questionOf({ name, query, variables, keys }: Operation): string | undefined {
  if (keys !== undefined) return undefined;
  // The events of two streams are the same, whatever range was asked for.
  return name === 'subscription' ? query : `${query} ${JSON.stringify(variables)}`;
}

export function drawOperation(random: Random, unique: string): Operation {
  return drawn(random.below(8) === 0 ? mutations : queries, random, unique);
}

export function drawDeferred(random: Random): Operation {
  return drawn(deferred, random, '');
}

export function drawSubscription(random: Random): Operation & { readonly from: number; readonly to: number } {
  const from = 1 + random.below(most);
  const to = from + 5 + random.below(20);
  const query = `subscription ($from: Int!, $to: Int!) { visits(from: $from, to: $to) { number
    person { name reviews { stars item { title } } } } }`;
  return { name: 'subscription', query, variables: { from, to }, from, to };
}

function drawn(among: Readonly<Record<string, Draw>>, random: Random, unique: string): Operation {
  const all = Object.entries(among);
  const [name, draw] = all[random.below(all.length)] ?? [];
  if (name === undefined || draw === undefined) throw new RangeError('there is none to draw');
  return { name, ...draw(random, unique) };
}
