/** Selections that meet: aliases, keys, arguments, depth, order. */
import type { ConformanceGraph } from '../kit/graph.ts';
import { stockFaults } from '../kit/stock-faults.ts';
import { library } from './library.ts';

const deep = (levels: number): string =>
  levels === 0 ? 'id' : `title author { name wrote { book { ${deep(levels - 1)} } } }`;
const chain = (levels: number): string => (levels === 0 ? 'id pages' : `sequel { ${chain(levels - 1)} }`);

export const merging: ConformanceGraph = {
  topic: 'aliases, merging and depth',
  ...library,
  cases: [
    {
      name: 'an alias that is the key',
      query: '{ books { id: title author { name } reviews { stars } } }',
      stock: stockFaults.aliasLost,
    },
    {
      name: 'an alias that is the key of what is below',
      query: '{ books { author { id: name born wrote { id: stars } } } }',
    },
    {
      name: 'the key under two names, and another as the key',
      query: '{ books { a: id b: id id: pages reviews { id: text } } }',
      stock: stockFaults.aliasLost,
    },
    {
      name: 'the key with a type that it has not',
      query: '{ books { id: pages author { id: born friends { id: name } } } }',
    },
    {
      name: 'one field with several arguments',
      query:
        '{ books { all: reviews { id } good: reviews(stars: 4) { id } reviews(stars: 1) { text a: text(cut: 1) b: text(cut: 2) } } }',
    },
    {
      name: 'other arguments for each type',
      query:
        '{ any { ... on Book { r: reviews(stars: 4) { id t: text(cut: 2) } } ... on Author { r: wrote { id t: text(cut: 1) } } } }',
    },
    {
      name: 'names swapped',
      query:
        '{ books { title: pages pages: title author: sequel { id } sequel: author { name: born born: name } } }',
    },
    {
      name: 'one entity by several ways',
      query: '{ books { author { name } sequel { author { born } } reviews { by { name born } } } }',
    },
    {
      name: 'the same field in several fragments',
      query:
        '{ books { ...A ...B author { id } } } fragment A on Book { author { name } reviews { id } } fragment B on Book { reviews { stars } author { born } }',
    },
    {
      name: 'order of first appearance',
      query:
        '{ books { ...A id ...B } } fragment A on Book { reviews { stars } title } fragment B on Book { pages title reviews { id } author { born name } }',
    },
    {
      name: 'roots of several subgraphs',
      query:
        '{ b: best { stars } author(id: "a") { name } books(first: 1) { title } a: author(id: "b") { wrote { id } } }',
    },
    {
      name: 'one root under many names',
      query: `{ ${Array.from({ length: 40 }, (_, at) => `b${at}: book(id: "${at % 4}") { title author { name } }`).join(' ')} }`,
    },
    { name: 'nested many levels across subgraphs', query: `{ book(id: "1") { ${deep(5)} } }` },
    { name: 'nested many levels in one subgraph', query: `{ book(id: "1") { ${chain(25)} } }` },
    {
      name: 'the same entities at every level',
      query: '{ author(id: "a") { friends { friends { friends { name friends { born } } } } } }',
    },
    {
      name: 'nothing found at the root',
      query: '{ book(id: "x") { title author { name } reviews { id } } author(id: "x") { wrote { id } } }',
    },
    {
      name: 'a name of the operation, comments, commas',
      query: 'query Some_Name1 {, books(first:1,) { # c\n id, title, } }',
    },
  ],
};
