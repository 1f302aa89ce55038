/** Valid operations on a graph at random: aliases that are other fields, conditions, fragments within fragments. */
import { randomSelections } from '@portcullis/gateway/fixture/operations';
import fc from 'fast-check';
import { type GraphQLSchema, isObjectType, parse, validate } from 'graphql';

/** True and false, by which a condition can say so. */
const variables = '($yes: Boolean! = true, $no: Boolean! = false)';
const directives = ['yes', 'no'].flatMap((value) => [`@include(if: $${value})`, `@skip(if: $${value})`]);

export function randomOperations(schema: GraphQLSchema): fc.Arbitrary<string> {
  // Names that fields have are where aliases do harm: keys, and what is required.
  const names = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith('__'))
    .flatMap((type) => (isObjectType(type) ? Object.keys(type.getFields()) : []));
  const options = {
    depth: 4,
    alias: () =>
      fc.oneof(
        { weight: 6, arbitrary: fc.constant(undefined) },
        { weight: 2, arbitrary: fc.constantFrom(...new Set(names)) },
        { weight: 2, arbitrary: fc.constantFrom('a', 'b', 'c') },
      ),
    directive: fc.oneof(
      { weight: 8, arbitrary: fc.constant('') },
      { weight: 1, arbitrary: fc.constantFrom(...directives) },
    ),
  };
  return randomSelections(schema, options)
    .map((selections) => `query ${usedVariables(selections)} ${selections}`)
    .filter((query) => validate(schema, parse(query)).length === 0);
}

function usedVariables(selections: string): string {
  const used = variables
    .slice(1, -1)
    .split(', ')
    .filter((each) => selections.includes(each.split(':')[0] ?? ''));
  return used.length === 0 ? '' : `(${used.join(', ')})`;
}
