/** All that one operation uses, for those who explain decisions rather than make them. */
import type { Coordinate } from '@portcullis/schema/supergraph/supergraph';
import type { GraphQLSchema } from 'graphql';
import type { Operation } from '../program.ts';
import { ArgumentUses, argumentSites } from './argument-uses.ts';
import { selectedFields } from './selected-fields.ts';

/**
 * Fields by the object types that they can be selected on, and what their arguments use, given coerced variables; in the order
 * in which the operation names them. `@skip` and `@include` have no say, as in a decision.
 */
export function usesOf(
  schema: GraphQLSchema,
  operation: Operation,
  variables: Readonly<Record<string, unknown>>,
): ReadonlySet<Coordinate> {
  const uses = new Set<Coordinate>();
  for (const { type, node } of selectedFields(schema, operation)) uses.add(`${type.name}.${node.name.value}`);
  const ofArguments = new ArgumentUses(variables);
  for (const site of argumentSites(schema, operation)) {
    for (const coordinate of ofArguments.of(site)) uses.add(coordinate);
  }
  return uses;
}
