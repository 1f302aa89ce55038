import { describe, expect, it } from '@jest/globals';
import { buildSchema, Kind, parse, print, type SelectionSetNode, stripIgnoredCharacters } from 'graphql';
import { inClientOrder, selectionsAt } from './order.ts';

const schema = buildSchema(`type Query { a: A list: [Any] b: Int c: Int } type A { x: Int y: Int any: Any }
  type B { x: Int y: Int } union Any = A | B`);

function setOf(text: string): SelectionSetNode {
  const [definition] = parse(text, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  return definition.selectionSet;
}

const ordered = (fetch: string, client: string, type: string | undefined = 'Query') =>
  stripIgnoredCharacters(print(inClientOrder(setOf(fetch), { schema, type, wanted: [setOf(client)] })));

describe('the selections of a fetch', () => {
  it.each([
    ['{ c b a { y x } }', '{ a { x y } b c }', '{a{x y}b c}'],
    // What only joins need comes first.
    ['{ b a { x k: y } }', '{ a { x } b }', '{a{k:y x}b}'],
    // By response names, the parts of which can stand in several places.
    ['{ a { y x } n: b }', '{ n: b a { x } ... on Query { a { y } } }', '{n:b a{x y}}'],
    // Of an abstract type, `__typename` comes before all.
    [
      '{ list { ... on B { y x } __typename } }',
      '{ list { ... on B { x y } __typename } }',
      '{list{__typename ...on B{x y}}}',
    ],
    ['{ a { y __typename x } }', '{ a { x __typename y } }', '{a{x __typename y}}'],
  ])('%s for %s are sent as %s', (fetch, client, sent) => expect(ordered(fetch, client)).toBe(sent));

  it('are those of entities where no type is known', () => {
    expect(ordered('{ ... on A { y x __typename } }', '{ x y }', undefined)).toBe(
      '{...on A{__typename x y}}',
    );
  });

  it('have their place in the client operation by the names on the way', () => {
    const set = setOf('{ m: a { x } list { ... on A { any { ... on B { y } } } } m: a { y } }');
    const at = (...path: string[]) =>
      selectionsAt(set, path).map((each) => stripIgnoredCharacters(print(each)));
    expect(at('m')).toEqual(['{x}', '{y}']);
    expect(at('list', '@', 'any')).toEqual(['{...on B{y}}']);
    expect(at('nothing')).toEqual([]);
  });
});
