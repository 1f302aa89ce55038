/** Resolvers whose errors are rejections, whenever they come. */
import type { KitResolver } from './types.ts';

/**
 * graphql-js 16 leaves a list at the first of its items that throws; the rejections of those before it, which waited for a statement,
 * have nobody then, and end the process. What is a rejection itself is waited for with the others.
 */
export function rejecting(resolve: KitResolver): KitResolver {
  return (parent, args, context, info) => {
    try {
      return resolve(parent, args, context, info);
    } catch (error) {
      return Promise.reject(error);
    }
  };
}
