/** What a domain writes in `resolvers.ts`, and whether it fits the schema. */
import type { GraphQLResolveInfo } from 'graphql';
import type { Domain, ResolvedField } from '../model/domain.ts';
import { Problems } from '../model/problems.ts';
import type { SubgraphContext, SubscriptionContext } from '../server/context.ts';

/** Declared as a method so that a domain can give parent and arguments the types that its own SDL guarantees. */
interface ResolverMethod {
  resolve(
    parent: Readonly<Record<string, unknown>>,
    args: Readonly<Record<string, unknown>>,
    context: SubgraphContext,
    info: GraphQLResolveInfo,
  ): unknown;
}

/**
 * Resolves one `@resolved` field.
 *
 * The parent has the fields that the directive's `needs` names, the key, and the `@external` fields that the
 * gateway sent. Where the field leads to an entity, it is enough to answer with `{__typename, <key fields>}`
 * (`__typename` only for interfaces and unions): the kit reads the rows, all of a request in one statement.
 */
export type DomainResolver = ResolverMethod['resolve'];

/** Declared as a method for the same reason. */
interface SubscribeMethod {
  subscribe(
    root: Readonly<Record<string, unknown>>,
    args: Readonly<Record<string, unknown>>,
    context: SubscriptionContext,
    info: GraphQLResolveInfo,
  ): AsyncIterable<unknown> | Promise<AsyncIterable<unknown>>;
}

/**
 * The source of events of one field of `Subscription` (GraphQL §6.2.3.1).
 *
 * Each event is what a resolver of the field would answer: where the field leads to an entity, `{<key fields>}` is
 * enough, and the kit reads the row for each event anew, as the one who subscribed.
 */
export interface SubscriptionResolver {
  readonly subscribe: SubscribeMethod['subscribe'];
}

/** By type, then by field; a field of `Subscription` has a source of events instead. */
export type DomainResolvers = Readonly<
  Record<string, Readonly<Record<string, DomainResolver | SubscriptionResolver>>>
>;

/** A list of resolvers with their types checked where it is written. */
export function defineResolvers<Resolvers extends DomainResolvers>(resolvers: Resolvers): Resolvers {
  return resolvers;
}

export function resolverOf(
  resolvers: DomainResolvers,
  type: string,
  field: string,
): DomainResolver | SubscriptionResolver | undefined {
  const fields = Object.hasOwn(resolvers, type) ? resolvers[type] : undefined;
  return fields !== undefined && Object.hasOwn(fields, field) ? fields[field] : undefined;
}

/** Fields that the domain resolves, by type: those marked `@resolved`, and the roots it wrote. */
export function resolvedFields(domain: Domain): ReadonlyMap<string, ReadonlyMap<string, ResolvedField>> {
  const objects = [...domain.entities.values()].filter((entity) => !entity.interface);
  return new Map([...objects.map((entity) => [entity.name, entity.resolved] as const), ...domain.roots]);
}

/** @throws AuthoringError for every field without a resolver and every resolver without a field. */
export function checkResolvers(domain: Domain, resolvers: DomainResolvers): void {
  const problems = new Problems();
  const expected = resolvedFields(domain);
  for (const [type, fields] of expected) {
    for (const field of fields.keys()) {
      const resolver = resolverOf(resolvers, type, field);
      if (resolver === undefined) {
        problems.report(
          undefined,
          `${type}.${field}`,
          'has no resolver. Write one in resolvers.ts, and pass them to serve({ folder, resolvers }) in main.ts.',
        );
      } else if ((type === 'Subscription') !== (typeof resolver === 'object')) {
        problems.report(undefined, `${type}.${field}`, wrongKind(type));
      }
    }
  }
  for (const [type, fields] of Object.entries(resolvers)) {
    for (const field of Object.keys(fields)) {
      if (expected.get(type)?.has(field) === true) continue;
      problems.report(
        undefined,
        `${type}.${field}`,
        'has a resolver but is not @resolved. Mark the field, or remove the resolver.',
      );
    }
  }
  problems.throwIfAny();
}

function wrongKind(type: string): string {
  return type === 'Subscription'
    ? 'is resolved by a function, and a subscription needs a source of events. Write { subscribe(…) { … } }.'
    : `has a source of events, which fields of ${type} do not have. Write a function.`;
}
