/** A field of `Subscription`: where its events come from, and what each of them is answered with. */
import type { Domain, ResolvedField } from '../model/domain.ts';
import type { SubscriptionResolver } from './domain-resolvers.ts';
import type { References } from './reference.ts';
import { resolvedResolver } from './resolved.ts';
import type { KitResolver } from './types.ts';

interface SubscriptionParts {
  readonly resolver: SubscriptionResolver;
  readonly references: References;
}

interface SubscriptionField {
  readonly subscribe: SubscriptionResolver['subscribe'];
  readonly resolve: KitResolver;
}

/** The event is the root value of its execution (GraphQL §6.2.3.2): it is what the field is answered with. */
export function subscriptionField(
  domain: Domain,
  field: ResolvedField,
  { resolver, references }: SubscriptionParts,
): SubscriptionField {
  return {
    subscribe: (root, args, context, info) => resolver.subscribe(root ?? {}, args, context, info),
    resolve: resolvedResolver(domain, field, { resolver: (event) => event, references }),
  };
}
