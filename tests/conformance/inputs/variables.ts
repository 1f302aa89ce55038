/** Variables of every kind, on their way to more than one subgraph. */
import { type ConformanceGraph, fed2 } from '../kit/graph.ts';
import { stockFaults } from '../kit/stock-faults.ts';

const echo = `echo(int: Int, float: Float, text: String, flag: Boolean, id: ID, any: JSON, ints: [Int], grid: [[Int!]],
  enum: Color, enums: [Color!], input: In, inputs: [In], required: Int! = 5, defaulted: In = { n: 1 }): String`;

const shared = `
  scalar JSON
  enum Color { RED GREEN }
  input In { n: Int = 3 text: String nested: In list: [In!] color: Color any: JSON }`;

export const variables: ConformanceGraph = {
  topic: 'variables',
  subgraphs: {
    one: `${fed2``} ${shared} type Query { ${echo} node: Node! } type Node @key(fields: "id") { id: ID! }`,
    two: `${fed2``} ${shared} type Node @key(fields: "id") { id: ID! ${echo} }`,
  },
  rows: () => [{ __typename: 'Node', id: '1' }],
  resolvers: {
    Query: {
      echo: (_, given) => JSON.stringify(given),
      node: (_, __, store) => store.find('Node', { id: '1' }),
    },
    Node: { echo: (_, given) => JSON.stringify(given) },
  },
  cases: [
    { name: 'none given', query: '{ echo node { echo } }' },
    {
      name: 'scalars',
      query: `query ($i: Int, $f: Float, $s: String, $b: Boolean, $d: ID) {
        echo(int: $i, float: $f, text: $s, flag: $b, id: $d) node { echo(int: $i, float: $f, text: $s, flag: $b, id: $d) } }`,
      variables: { i: -1, f: 0.5, s: 'é"\\\n\u2028', b: false, d: 7 },
    },
    {
      name: 'an Int where a Float is expected, and a number for an ID',
      query: 'query ($i: Int = 2) { echo(float: $i, id: 12) node { echo(float: $i, id: 12) } }',
    },
    {
      name: 'null, absent, and null for what has a default',
      query: `query ($n: Int, $a: Int, $in: In) {
        echo(int: $n, ints: [$a, 1], defaulted: $in) node { echo(int: $a, text: null, defaulted: null) } }`,
      variables: { n: null },
    },
    {
      name: 'a default of a variable, given and not',
      query:
        'query ($a: Int = 1, $b: Int = 2, $c: Int = 3) { echo(ints: [$a, $b, $c]) node { echo(ints: [$a, $b, $c]) } }',
      variables: { b: 20, c: null },
    },
    {
      name: 'a nullable variable with a default where there must be a value',
      query: 'query ($r: Int = 9) { echo(required: $r) node { echo(required: $r) } }',
    },
    {
      name: 'a nullable variable that is absent where the argument has a default',
      query: 'query ($r: Int) { node { echo(required: $r) } }',
    },
    {
      name: 'lists of lists, one item for a list',
      query:
        'query ($g: [[Int!]], $l: [Int]) { echo(grid: $g, ints: $l) node { echo(grid: [[1], [], null], ints: 4) } }',
      variables: { g: [[1, 2], [], null], l: 3 },
    },
    {
      name: 'enums',
      query:
        'query ($e: Color, $l: [Color!]) { echo(enum: $e, enums: $l) node { echo(enum: RED, enums: [GREEN, RED]) } }',
      variables: { e: 'GREEN', l: ['RED'] },
    },
    {
      name: 'input objects with defaults inside',
      query:
        'query ($in: In, $l: [In]) { echo(input: $in, inputs: $l) node { echo(input: $in, inputs: $l) } }',
      variables: {
        in: { nested: { n: null, list: [{ text: 'x' }] }, color: 'RED' },
        l: [{}, null, { n: 0 }],
      },
    },
    {
      name: 'variables deep in literals',
      query:
        'query ($n: Int, $t: String, $c: Color) { echo(input: { nested: { n: $n, text: $t }, color: $c }) node { echo(inputs: [{ list: [{ n: $n }] }, { text: $t }]) } }',
      variables: { n: 0, t: '' },
    },
    {
      name: 'a custom scalar, as variable and as literal',
      query:
        'query ($j: JSON) { echo(any: $j) node { echo(any: { a: [1, "x", null, true, { b: 1.5 }], input: $j }) } }',
      variables: { j: { deep: [{ __proto: 1, a: null }], text: 'x' } },
    },
    {
      name: 'a custom scalar that is null or a list',
      query: 'query ($j: JSON, $k: JSON) { echo(any: $j) node { a: echo(any: $k) b: echo(any: [[]]) } }',
      variables: { j: null, k: [0, '', false] },
    },
    {
      name: 'one variable at several places of several subgraphs',
      query:
        'query ($n: Int!) { a: echo(int: $n, float: $n, required: $n) b: echo(ints: [$n, $n]) node { a: echo(int: $n) b: echo(input: { n: $n }) } }',
      variables: { n: 4 },
    },
    {
      name: 'names that our own variables could have',
      query:
        'query ($representations: Int, $_0: Int, $a0: Int, $v: Int) { node { echo(ints: [$representations, $_0, $a0, $v]) } echo(ints: [$v]) }',
      variables: { representations: 1, _0: 2, a0: 3, v: 4 },
      stock: stockFaults.representationsVariable,
    },
    { name: 'given and not declared', query: '{ echo }', variables: { extra: 1 } },
    {
      name: 'used by nothing but a condition',
      query: 'query ($yes: Boolean!) { echo @include(if: $yes) node { echo @skip(if: $yes) id } }',
      variables: { yes: false },
    },
    {
      name: 'large and exact numbers',
      query:
        'query ($i: Int, $f: Float) { node { echo(int: $i, float: $f) } echo(int: -2147483648, float: 1e300) }',
      variables: { i: 2147483647, f: 1e-7 },
    },
  ],
};
