/** The graph of the run: four subgraphs that share people and items. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, isObjectType, parse } from 'graphql';
import { type Field, fields, shippingFromInputs } from './values.ts';

export const subgraphNames = ['people', 'items', 'stock', 'talk'] as const;
export type SubgraphName = (typeof subgraphNames)[number];

/** Told of every field that is worked out. What it throws is that field's error. */
export interface Told {
  resolving(type: string, given: Readonly<Record<string, unknown>>): void;
}

export function sdlPath(name: SubgraphName): string {
  return join(import.meta.dirname, `${name}.graphql`);
}

export function subgraphSchema(name: SubgraphName): GraphQLSchema {
  const schema = buildSubgraphSchema(parse(readFileSync(sdlPath(name), 'utf8')));
  answer(schema, (type, field) =>
    type === 'Item' && field === 'shipping' ? shippingFromInputs : fields[type]?.[field],
  );
  return schema;
}

/** @param api the schema that clients see: one schema over the same values, which tells what is true */
export function makeTrue(api: GraphQLSchema): GraphQLSchema {
  answer(api, (type, field) => fields[type]?.[field]);
  return api;
}

function answer(schema: GraphQLSchema, fieldOf: (type: string, field: string) => Field | undefined): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const value = fieldOf(type.name, field.name);
      if (value === undefined) continue;
      field.resolve = (source, given, told: Told | undefined) => {
        told?.resolving(type.name, given);
        // `_Any` is not coerced. Who answers for a key that is none would answer for somebody else.
        if (typeof source?.id === 'object') throw new TypeError('a key is a string');
        return value(source, given as never);
      };
    }
  }
}
