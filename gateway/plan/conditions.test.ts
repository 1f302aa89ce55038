import { describe, expect, it } from '@jest/globals';
import { Kind, parse, stripIgnoredCharacters } from 'graphql';
import { createOperation, type Operation } from '../program.ts';
import { conditionVariables, specialize } from './conditions.ts';

function operationOf(text: string): Operation {
  const [definition] = parse(text, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  return createOperation(definition);
}

const left = (text: string, ...trueOnes: string[]) =>
  stripIgnoredCharacters(specialize(operationOf(text), (name) => trueOnes.includes(name)).key);

describe('an operation under conditions', () => {
  it.each([
    ['{ a @skip(if: true) b @skip(if: false) }', '{b}'],
    ['{ a @include(if: true) b @include(if: false) }', '{a}'],
    ['{ a @skip(if: true) @include(if: true) b @skip(if: false) @include(if: true) }', '{b}'],
    ['{ ... @skip(if: true) { a } ... on Query @include(if: true) { b } }', '{...on Query{b}}'],
    // That there is an object is still asked for.
    ['{ a { b @skip(if: true) } }', '{a{__typename}}'],
    ['{ a { ... on A { b @skip(if: true) } c } }', '{a{c}}'],
    ['{ a { ... on A { b @skip(if: true) } } }', '{a{__typename}}'],
    // Another directive stays.
    ['{ a @x @skip(if: false) }', '{a@x}'],
    ['{ a @skip(if: true) }', '{}'],
  ])('%s is %s', (text, rest) => {
    const { definition } = specialize(operationOf(text), () => false);
    const shown = definition.selectionSet.selections.length === 0 ? '{}' : left(text);
    expect(shown).toBe(rest);
  });

  it('is another one for other values, and needs only the variables that are left in it', () => {
    const text =
      'query Q($c: Boolean!, $d: Boolean!, $n: Int, $m: Int) { a(n: $n) @skip(if: $c) b(m: $m) @include(if: $d) }';
    expect(conditionVariables(operationOf(text).definition)).toEqual(['c', 'd']);
    expect(left(text, 'd')).toBe('query Q($n:Int$m:Int){a(n:$n)b(m:$m)}');
    expect(left(text, 'c', 'd')).toBe('query Q($m:Int){b(m:$m)}');
    expect(left(text)).toBe('query Q($n:Int){a(n:$n)}');
  });

  it('is itself where it has none', () => {
    const operation = operationOf('{ a { b ... on A { c } } }');
    expect(specialize(operation, () => true)).toBe(operation);
  });
});
