/** What is there for joining alone: `@inaccessible`. */
import { type ConformanceGraph, fed2 } from '../kit/graph.ts';
import { stockFaults } from '../kit/stock-faults.ts';

export const inaccessible: ConformanceGraph = {
  topic: '@inaccessible',
  subgraphs: {
    staff: fed2`
      type Query { staff(order: Order = NAME, secret: Int @inaccessible): [Person!]! cards: [Card!]! }
      enum Order { NAME AGE @inaccessible }
      type Person @key(fields: "badge") {
        badge: ID! @inaccessible name: String level: Level born: Int @inaccessible
      }
      enum Level { LOW HIGH TOP @inaccessible }
      union Card = Person | Robot
      type Robot @inaccessible { name: String }`,
    pay: fed2`
      type Person @key(fields: "badge") {
        badge: ID! @inaccessible born: Int @external
        age: Int @requires(fields: "born") boss: Person
      }`,
  },
  rows: () => [
    { __typename: 'Person', badge: '1', name: 'Ann', level: 'LOW', born: 2000, boss: '2' },
    { __typename: 'Person', badge: '2', name: null, level: 'HIGH', born: 0, boss: null },
  ],
  resolvers: {
    Query: { staff: (_, __, store) => store.all('Person'), cards: (_, __, store) => store.all('Person') },
    Person: {
      age: ({ born }) => 2020 - born,
      boss: ({ boss }, _, store) => boss && store.find('Person', { badge: boss }),
    },
  },
  cases: [
    { name: 'a key that clients do not see', query: '{ staff { boss { name } } }' },
    { name: '@requires of what clients do not see', query: '{ staff { age name level } }' },
    {
      name: 'a name of it as an alias',
      query: '{ staff { badge: name born: age boss { badge: age } } }',
      stock: stockFaults.aliasLost,
    },
    {
      name: 'a union with a member that clients do not see',
      query: '{ cards { __typename ... on Person { name age } } }',
    },
    {
      name: 'introspection',
      query:
        '{ __type(name: "Person") { fields { name } } level: __type(name: "Level") { enumValues { name } } robot: __type(name: "Robot") { name } card: __type(name: "Card") { possibleTypes { name } } }',
    },
  ],
};

export const inaccessibleValue: ConformanceGraph = {
  topic: 'a value that clients do not see',
  subgraphs: {
    staff: fed2`
      type Query { level: Level levels: [Level] strict: Level! }
      enum Level { LOW TOP @inaccessible }`,
  },
  rows: () => [],
  resolvers: { Query: { level: () => 'TOP', levels: () => ['LOW', 'TOP'], strict: () => 'TOP' } },
  cases: [
    { name: 'is null with an error', query: '{ level }' },
    { name: 'is null in its list', query: '{ levels }' },
    { name: 'propagates', query: '{ strict }' },
  ],
};
