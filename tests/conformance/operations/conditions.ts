/** `@skip` and `@include` in every position (GraphQL §3.13). */
import type { ConformanceCase, ConformanceGraph } from '../kit/graph.ts';
import { stockFaults } from '../kit/stock-faults.ts';
import { library } from './library.ts';

/** Each with both values of the variable: what is left out need not be fetched. */
const withVariable: Readonly<Record<string, string>> = {
  'a root field': '{ book(id: "1") @include(if: $v) { title author { name } } best @skip(if: $v) { stars } }',
  'a field of the first subgraph': '{ book(id: "1") { title @skip(if: $v) pages } }',
  'the only field': '{ book(id: "1") { title @include(if: $v) } }',
  'a field of a second subgraph':
    '{ book(id: "1") { title author { name @include(if: $v) born @skip(if: $v) } } }',
  'all fields of a second subgraph':
    '{ book(id: "1") { title author { name @include(if: $v) born @include(if: $v) } } }',
  'the way to a second subgraph': '{ books { title author @include(if: $v) { name friends { name } } } }',
  'a list of entities': '{ books { id reviews @skip(if: $v) { text by { name } } } }',
  'an inline fragment': '{ books { id ... @include(if: $v) { title author { name } } } }',
  'an inline fragment with a type':
    '{ any { ... on Book @skip(if: $v) { title reviews { stars } } ... on Author { name } } }',
  'a spread': '{ books { ...B @include(if: $v) id } } fragment B on Book { title reviews { by { name } } }',
  'the same spread twice':
    '{ books { ...B @include(if: $v) ...B @skip(if: $v) } } fragment B on Book { author { name } }',
  'inside a fragment':
    '{ books { ...B } } fragment B on Book { title author { ...A @skip(if: $v) born } } fragment A on Author { name }',
  'one of two selections of a field':
    '{ books { title author { name } ... @include(if: $v) { author { born } title } } }',
  'fields under each other':
    '{ best @include(if: $v) { book @include(if: $v) { reviews @skip(if: $v) { id } title } } }',
  'both on one field':
    '{ books { title @skip(if: $v) @include(if: $v) pages @skip(if: $v) @include(if: true) } }',
  __typename: '{ books { __typename @include(if: $v) ... on Book @skip(if: $v) { t: __typename } } }',
  everything: '{ ... @include(if: $v) { books { title } __typename } }',
  'a field with an argument': '{ books { reviews(stars: 4) @include(if: $v) { text(cut: 2) } } }',
  'what a key is too': '{ books { id @skip(if: $v) author { id @include(if: $v) name } } }',
};

const literals: readonly ConformanceCase[] = [
  {
    name: 'literals on fields',
    query:
      '{ books { title @skip(if: true) pages @include(if: true) id @skip(if: false) author @include(if: false) { name } } }',
  },
  { name: 'nothing left at the root', query: '{ books @skip(if: true) { title } }' },
  {
    name: 'nothing left below',
    query: '{ books { title @include(if: false) } book(id: "1") { author { name @skip(if: true) } } }',
  },
  {
    name: 'literals on fragments',
    query:
      '{ books { ... @skip(if: true) { title } ...B @include(if: false) ... on Book @include(if: true) { pages } } } fragment B on Book { id }',
  },
];

/** Of what is there nothing is asked: it is an empty object, not null. */
const nothingLeft: readonly ConformanceCase[] = [
  ['books @include(if: $v) { title @skip(if: $v) }', stockFaults.emptyObject],
  ['books { reviews { text @skip(if: $v) } }'],
  ['books { author { name @skip(if: $v) } title }'],
  ['best { by @include(if: $v) { name @skip(if: $v) wrote @skip(if: $v) { id } } }'],
].map(([text, stock]) => ({
  name: `nothing left of ${text}`,
  query: `query ($v: Boolean!) { ${text} }`,
  variables: { v: true },
  ...(stock !== undefined && { stock }),
}));

const twoVariables: readonly ConformanceCase[] = [true, false].flatMap((a) =>
  [true, false].map((b) => ({
    name: `two variables, ${a} and ${b}`,
    query: `query ($a: Boolean!, $b: Boolean! = ${!b}) { books { title @include(if: $a) author @skip(if: $b) { name @include(if: $a) wrote @skip(if: $a) { stars @include(if: $b) book { id } } } } }`,
    variables: { a, b },
  })),
);

export const conditions: ConformanceGraph = {
  topic: '@skip and @include',
  ...library,
  cases: [
    ...Object.entries(withVariable).flatMap(([name, text]) =>
      [true, false].map((v) => ({
        name: `${name}, ${v}`,
        query: `query ($v: Boolean!) ${text}`,
        variables: { v },
      })),
    ),
    {
      name: 'a default of the variable',
      query:
        'query ($v: Boolean = true) { books { title @skip(if: $v) pages @include(if: $v) author { name @include(if: $v) } } }',
    },
    {
      name: 'what is left out is not fetched',
      query:
        'query ($v: Boolean!) { books { title author @include(if: $v) { name } reviews @include(if: $v) { id } } }',
      variables: { v: false },
      requests: { authors: 0, reviews: 0 },
    },
    ...literals,
    ...nothingLeft,
    ...twoVariables,
  ],
};
