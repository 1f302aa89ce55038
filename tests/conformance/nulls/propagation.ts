/** A null where there must be none goes up to the nearest place that may be null (GraphQL §6.4.4). */
import { type ConformanceGraph, fed2 } from '../kit/graph.ts';

export const propagation: ConformanceGraph = {
  topic: 'null propagation and errors of fields',
  subgraphs: {
    trees: fed2`
      type Query { tree(id: ID!): Tree strict: Tree! trees: [Tree!] loose: [Tree]! grid: [[Tree!]!] cells: [[Int!]] deep: [[[Leaf!]]!]! }
      type Tree @key(fields: "id") { id: ID! must: Int! may: Int leaf: Leaf strictLeaf: Leaf! leaves: [Leaf!] matrix: [[Leaf!]] }
      type Leaf { value: Int! note: String }`,
    birds: fed2`
      type Tree @key(fields: "id") { id: ID! birds: Int! nest: Nest nests: [Nest!] bare: [Nest]! }
      type Nest { eggs: Int! by: String }`,
  },
  rows: () => [
    {
      __typename: 'Tree',
      id: 'good',
      must: 1,
      may: 0,
      leaf: { value: 0 },
      strictLeaf: { value: 2 },
      leaves: [],
      matrix: [[{ value: 1 }], [], null],
      birds: 0,
      nest: { eggs: 0 },
      nests: [{ eggs: 1 }],
      bare: [null],
    },
    {
      __typename: 'Tree',
      id: 'bad',
      must: null,
      may: null,
      leaf: { value: null },
      strictLeaf: null,
      leaves: [{ value: 1 }, { value: null }],
      matrix: [[{ value: 1 }, { value: null }], [{ value: 3 }]],
      birds: null,
      nest: { eggs: null },
      nests: [{ eggs: 1 }, { eggs: null }],
      bare: [{ eggs: null }, { eggs: 2 }],
    },
    {
      __typename: 'Tree',
      id: 'torn',
      must: new Error('torn'),
      may: new Error('torn'),
      leaf: { value: 1, note: new Error('torn') },
      strictLeaf: { value: 1 },
      leaves: [{ value: 1 }, new Error('torn')],
      matrix: [[new Error('torn')], [{ value: 1 }]],
      birds: new Error('torn'),
      nest: new Error('torn'),
      nests: [{ eggs: 1, by: new Error('torn') }],
      bare: null,
    },
  ],
  resolvers: {
    Query: {
      tree: (_, { id }, store) => store.find('Tree', { id }),
      strict: (_, __, store) => store.find('Tree', { id: 'bad' }),
      trees: (_, __, store) => store.all('Tree'),
      loose: (_, __, store) => store.all('Tree'),
      grid: (_, __, store) => [store.all('Tree').slice(0, 1), store.all('Tree')],
      cells: () => [[1, 2], [3, null], null, []],
      deep: () => [
        [[{ value: 1 }], [{ value: null }]],
        [null, []],
      ],
    },
  },
  cases: [
    { name: 'a field that may be null', query: '{ loose { may } }' },
    { name: 'a field that must not be null', query: '{ loose { must } }' },
    { name: 'in a list of what must not be null', query: '{ trees { must } }' },
    { name: 'up to the root', query: '{ tree(id: "good") { id } strict { must } }' },
    { name: 'a field of another subgraph', query: '{ loose { id birds } }' },
    {
      name: 'a field of another subgraph, in a list of what must not be null',
      query: '{ trees { id birds } }',
    },
    { name: 'a field of another subgraph, up to the root', query: '{ strict { birds } loose { id } }' },
    {
      name: 'below a field of another subgraph',
      query: '{ loose { nest { eggs } nests { eggs by } bare { eggs } } }',
    },
    { name: 'an object that must not be null', query: '{ loose { strictLeaf { value } } }' },
    { name: 'in an object that may be null', query: '{ loose { leaf { value note } } }' },
    { name: 'in a list in an object', query: '{ loose { leaves { value } } }' },
    { name: 'in lists of lists', query: '{ loose { matrix { value } } cells }' },
    { name: 'in lists of lists of entities', query: '{ grid { id may } }' },
    { name: 'in lists of lists of entities, from another subgraph', query: '{ grid { id birds } }' },
    { name: 'in lists of lists of lists', query: '{ deep { value } }' },
    {
      name: 'under aliases, twice',
      query:
        '{ a: tree(id: "bad") { x: must } b: tree(id: "bad") { x: may must } c: tree(id: "bad") { y: birds } }',
    },
    {
      name: 'in fragments',
      query:
        '{ loose { ...T ... { nest { ... { eggs } } } } } fragment T on Tree { id leaf { ...L } } fragment L on Leaf { value }',
    },
    { name: 'what is not asked does no harm', query: '{ strict { id may leaf { note } } }' },
    {
      name: 'what is left out does no harm',
      query: 'query ($v: Boolean = false) { strict { id must @include(if: $v) birds @include(if: $v) } }',
    },
  ],
};
