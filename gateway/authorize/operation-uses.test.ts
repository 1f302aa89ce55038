import { expect, test } from '@jest/globals';
import { buildSchema, type OperationDefinitionNode, parse } from 'graphql';
import { createOperation } from '../program.ts';
import { usesOf } from './operation-uses.ts';

const schema = buildSchema(`
  type Query { pets(where: PetFilter, first: Int = 10): [Pet] cats: [Cat] }
  interface Pet { id: ID owner: Owner }
  type Cat implements Pet { id: ID owner: Owner lives: Int }
  type Dog implements Pet { id: ID owner: Owner }
  type Owner { name(form: Form): String }
  input PetFilter { id: ID owner: OwnerFilter }
  input OwnerFilter { name: String }
  enum Form { SHORT LONG }`);

function uses(text: string, variables: Readonly<Record<string, unknown>> = {}): readonly string[] {
  const [definition] = parse(text, { noLocation: true }).definitions as [OperationDefinitionNode];
  return [...usesOf(schema, createOperation(definition), variables)];
}

test('fields count on every object type that they can be selected on, once', () => {
  expect(uses('{ cats { id } pets { __typename id ... on Cat { lives } ... { id } } }')).toEqual([
    'Query.cats',
    'Cat.id',
    'Query.pets',
    'Dog.id',
    'Cat.lives',
    'Query.pets(first:)',
  ]);
});

test('what arguments and variables name counts, and what stands within @skip', () => {
  const text =
    'query ($where: PetFilter) { pets(where: $where) { owner @skip(if: true) { name(form: LONG) } } }';
  expect(uses(text, { where: { owner: { name: 'Mia' } } })).toEqual([
    'Query.pets',
    'Cat.owner',
    'Dog.owner',
    'Owner.name',
    'Query.pets(where:)',
    'PetFilter.owner',
    'OwnerFilter.name',
    'Query.pets(first:)',
    'Owner.name(form:)',
    'Form.LONG',
  ]);
});
