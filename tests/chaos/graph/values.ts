/** What is true: the value of every field follows from the id of its object, whoever asks. */

interface Source {
  readonly id: string;
  readonly text?: string;
  readonly price?: number | null;
  readonly weight?: number | null;
}

interface Given {
  readonly id: string;
  readonly first: number;
  readonly from: number;
  readonly key: string;
  readonly item: string;
  readonly amount: number;
  readonly text: string;
}

export type Field = (source: Source, given: Given) => unknown;

/** People, items and reviews have the ids 1 to 40; any number is somebody. */
export const most = 40;

const person = (number: number) => ({ __typename: 'Person', id: String(number % most || most) });
const item = (number: number) => ({ __typename: 'Item', id: String(number % most || most) });
const review = (number: number) => ({ __typename: 'Review', id: String(number % most || most) });
const note = (number: number) => ({ __typename: 'Note', id: String(number) });
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

const priceOf = (id: string) => 100 + Number(id) * 37;
const weightOf = (id: string) => 10 + Number(id) * 9;
const shippingOf = (price: number, weight: number) => (price > 900 ? 0 : weight * 2 + 1);

/** By type and name; a field that is not here is a property of its object. */
export const fields: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  Query: {
    me: () => person(1),
    person: (_, { id }) => person(Number(id)),
    people: (_, { first }) => numbers(first).map(person),
    item: (_, { id }) => item(Number(id)),
    items: (_, { first }) => numbers(first).map(item),
    latest: (_, { first }) => numbers(first).map((number) => (number % 3 === 0 ? note : review)(number)),
  },
  Mutation: {
    reserve: (_, given) => ({ key: given.key, amount: given.amount, item: item(Number(given.item)) }),
    write: (_, given) => ({ ...review(Number(given.item)), text: given.text }),
  },
  Visit: { person: (visit) => person(Number(Reflect.get(visit, 'number'))) },
  Person: {
    name: ({ id }) => `Person Number ${id}`,
    nick: ({ id }) => (Number(id) % 2 === 0 ? null : `№ ${id} "ä"`),
    age: ({ id }) => 20 + Number(id),
    friends: ({ id }) => [1, 2].map((step) => person(Number(id) + step)),
    reviews: ({ id }) => [3, 5].map((step) => review(Number(id) + step)),
  },
  Item: {
    title: ({ id }) => `Item ${id}`,
    price: ({ id }) => priceOf(id),
    weight: ({ id }) => weightOf(id),
    maker: ({ id }) => person(Number(id) + 7),
    inStock: ({ id }) => Number(id) % 3 !== 0,
    shipping: ({ id }) => shippingOf(priceOf(id), weightOf(id)),
    places: ({ id }) => [1, 2].map((step) => ({ __typename: 'Place', id: String(Number(id) + step) })),
    reviews: ({ id }) => [2, 9].map((step) => review(Number(id) + step)),
  },
  Place: {
    name: ({ id }) => `Place ${id}`,
    amount: ({ id }) => Number(id) * 5,
    keeper: ({ id }) => person(Number(id)),
  },
  Review: {
    text: ({ id, text }) => text ?? `Review ${id}: it is as heavy as it looks, and came in one piece.`,
    stars: ({ id }) => 1 + (Number(id) % 5),
    author: ({ id }) => person(Number(id) + 1),
    item: ({ id }) => item(Number(id) + 4),
  },
  Note: { text: ({ id }) => `Note ${id}`, by: ({ id }) => person(Number(id)) },
};

/** As its subgraph has to work it out: of what the gateway brings; null where that has failed. */
export const shippingFromInputs: Field = ({ price, weight }) => {
  if (typeof price !== 'number' || typeof weight !== 'number')
    throw new TypeError('shipping needs price and weight');
  return shippingOf(price, weight);
};
