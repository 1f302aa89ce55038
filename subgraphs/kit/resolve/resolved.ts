/** Fields that a domain resolves itself: what its resolver answers, with the entities in it loaded. */
import type { GraphQLResolveInfo } from 'graphql';
import type { Domain, ResolvedField } from '../model/domain.ts';
import type { SubgraphContext } from '../server/context.ts';
import type { DomainResolver } from './domain-resolvers.ts';
import type { References } from './reference.ts';
import type { KitResolver, ObjectValue } from './types.ts';

interface ResolvedParts {
  readonly resolver: DomainResolver;
  readonly references: References;
}

export function resolvedResolver(
  domain: Domain,
  field: ResolvedField,
  { resolver, references }: ResolvedParts,
): KitResolver {
  if (!leadsToEntities(domain, field.type)) return resolver;
  const complete = (answer: unknown, context: SubgraphContext, info: GraphQLResolveInfo): unknown => {
    if (Array.isArray(answer)) return answer.map((item: unknown) => complete(item, context, info));
    if (!isObject(answer)) return answer;
    const name = typeof answer['__typename'] === 'string' ? answer['__typename'] : field.type;
    const entity = domain.entities.get(name);
    return entity?.source === 'table'
      ? references.load(entity, answer, context, info)
      : { ...answer, __typename: name };
  };
  return async (parent, args, context, info) =>
    complete(await resolver(parent, args, context, info), context, info);
}

function leadsToEntities(domain: Domain, type: string): boolean {
  return [type, ...(domain.possible.get(type) ?? [])].some((name) => domain.entities.has(name));
}

function isObject(value: unknown): value is ObjectValue {
  return typeof value === 'object' && value !== null;
}
