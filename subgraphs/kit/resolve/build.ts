/** From a domain's authored schema and resolvers to its executable subgraph schema. */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, parse } from 'graphql';
import { isGrouped, servedSdl } from '../generate/sdl.ts';
import { type Domain, type Entity, type ResolvedField, tableEntities } from '../model/domain.ts';
import { readDomain } from '../model/read.ts';
import { SCALARS } from '../scalars/scalars.ts';
import { collectionResolver } from './collection.ts';
import { checkResolvers, type DomainResolvers, resolvedFields, resolverOf } from './domain-resolvers.ts';
import { demandOpen } from './entity.ts';
import { groupedResolver } from './grouped.ts';
import { listResolver } from './list.ts';
import { createReferences, type References } from './reference.ts';
import { rejecting } from './rejecting.ts';
import { guardEntities } from './representations.ts';
import { resolvedResolver } from './resolved.ts';
import { subscriptionField } from './subscription-field.ts';
import type { KitResolver } from './types.ts';

export interface DomainSchemaOptions {
  /** The authored `schema.graphql`. */
  readonly sdl: string;
  readonly resolvers?: DomainResolvers;
}

/** Resolvers by type and field, as `@apollo/subgraph` takes them. */
type ResolverMap = Record<string, Record<string, unknown>>;

/**
 * Builds the schema that a subgraph serves.
 * @throws AuthoringError for everything wrong with the schema, or between it and the resolvers.
 */
export function buildDomainSchema({ sdl, resolvers = {} }: DomainSchemaOptions): GraphQLSchema {
  return schemaOf(readDomain(sdl), resolvers);
}

/** Of a domain that has been read. */
export function schemaOf(domain: Domain, resolvers: DomainResolvers): GraphQLSchema {
  checkResolvers(domain, resolvers);
  const references = createReferences(domain);
  const map: ResolverMap = { Query: productResolvers(domain) };
  for (const entity of domain.entities.values()) {
    map[entity.name] = { ...map[entity.name], ...entityResolvers(domain, entity, references) };
  }
  for (const [type, fields] of resolvedFields(domain)) {
    for (const field of fields.values()) {
      const resolver = resolverOf(resolvers, type, field.field);
      if (resolver === undefined) continue;
      const served =
        typeof resolver === 'function'
          ? resolvedResolver(domain, field, { resolver, references })
          : subscriptionField(domain, field, { resolver, references });
      map[type] = {
        ...map[type],
        [field.field]: typeof served === 'function' ? guarded(domain, type, field, served) : served,
      };
    }
  }
  const module = { typeDefs: parse(servedSdl(domain)), resolvers: { ...map, ...SCALARS } };
  // Its type for resolvers knows neither `__resolveReference` nor scalars beside typed maps.
  const schema = buildSubgraphSchema(module as Parameters<typeof buildSubgraphSchema>[0]);
  guardEntities(schema, domain);
  return schema;
}

function productResolvers(domain: Domain): Record<string, KitResolver> {
  const fields: Record<string, KitResolver> = {};
  for (const entity of tableEntities(domain)) {
    if (entity.product === undefined) continue;
    fields[entity.product.list] = listResolver(domain, entity, entity.product);
    if (isGrouped(entity)) fields[entity.product.grouped] = groupedResolver(entity, entity.product);
  }
  return fields;
}

function entityResolvers(domain: Domain, entity: Entity, references: References): Record<string, unknown> {
  const fields: Record<string, unknown> = { __resolveReference: references.representation(entity) };
  if (entity.interface) return fields;
  for (const collection of entity.collections.values()) {
    fields[collection.field] = shown(
      entity,
      collection.field,
      collectionResolver(domain, entity, collection),
    );
  }
  if (entity.source === 'stub') return fields;
  for (const { field } of entity.columns.values()) {
    fields[field] = shown(entity, field, (parent) => parent[field]);
  }
  for (const reference of entity.references.values()) {
    fields[reference.field] = shown(entity, reference.field, references.field(reference));
  }
  return fields;
}

/** A row has its values under the fields' names, but for those that were not read. */
function shown({ name }: Entity, field: string, resolve: KitResolver): KitResolver {
  return rejecting((parent, args, context, info) => {
    context.access.demandRead(name, [field]);
    return resolve(parent, args, context, info);
  });
}

/** What a domain computes is not as readable as what it computes it from. */
function guarded(domain: Domain, type: string, resolved: ResolvedField, resolve: KitResolver): KitResolver {
  const entity = domain.entities.get(type);
  if (entity === undefined) return rejecting(resolve);
  const fields = [resolved.field, ...resolved.needs.map(({ field }) => field)];
  return rejecting((parent, args, context, info) => {
    if (entity.source === 'stub') demandOpen(context.access, entity);
    context.access.demandRead(type, fields);
    return resolve(parent, args, context, info);
  });
}
