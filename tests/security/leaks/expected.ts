/**
 * What is right: the data as the caller may see them, executed by graphql-js on one schema. The data are masked first and
 * executed then, so that no use of a hidden value can be right.
 */

import { rootItem } from '@portcullis/gateway/fixture/random/data';
import type { Graph } from '@portcullis/gateway/fixture/random/graph';
import { type Resolve, resolverOf, typeResolver } from '@portcullis/gateway/fixture/random/mesh';
import type { RandomOperation } from '@portcullis/gateway/fixture/random/operation';
import { type ExecutionResult, executeSync, type GraphQLSchema, parse } from 'graphql';
import type { MaskKind } from './rules.ts';
import type { ExchangedData } from './world.ts';

export interface Sight {
  readonly closed: ReadonlySet<string>;
  readonly masks: ReadonlyMap<string, MaskKind>;
}

export interface Truth {
  readonly api: GraphQLSchema;
  readonly graph: Graph;
  readonly data: ExchangedData;
}

export function expected({ query, variables }: RandomOperation, truth: Truth, sight: Sight): ExecutionResult {
  const resolve = resolverOf(truth.graph, truth.data, 'whole');
  const fieldResolver: Resolve = (item, given, context, info) => {
    const coordinate = `${info.parentType.name}.${info.fieldName}`;
    if (sight.closed.has(coordinate)) throw new Error('closed');
    const value = resolve(item, given, context, info);
    const mask = sight.masks.get(coordinate);
    return mask === undefined ? value : masked(value, mask);
  };
  return executeSync({
    schema: truth.api,
    document: parse(query),
    variableValues: variables,
    rootValue: rootItem,
    fieldResolver,
    typeResolver,
  });
}

/** Written anew, by docs/policies.md. */
function masked(value: unknown, mask: MaskKind): unknown {
  if (mask === 'null' || value === null) return null;
  if (Array.isArray(value)) return value.map((each) => masked(each, mask));
  const characters = [...String(value)];
  const shown = mask === 'first:1' ? 1 : mask === 'last:2' ? 2 : 0;
  if (shown === 0 || characters.length <= shown) return '***';
  const stars = '*'.repeat(characters.length - shown);
  return mask === 'first:1' ? `${characters[0]}${stars}` : `${stars}${characters.slice(-shown).join('')}`;
}
