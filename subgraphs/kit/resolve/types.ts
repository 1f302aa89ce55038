/** The shapes that resolvers pass on. */
import type { GraphQLFieldResolver } from 'graphql';
import type { SubgraphContext } from '../server/context.ts';

/** A value of an object type: its fields that are known, under their names. */
export type ObjectValue = Readonly<Record<string, unknown>>;

export type KitResolver = GraphQLFieldResolver<ObjectValue, SubgraphContext, Record<string, unknown>>;
