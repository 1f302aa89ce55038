/** An answer in the form in which answers are compared. */
import type { Outcome } from './graph.ts';

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly path?: readonly (string | number)[] | undefined }[];
}

/**
 * Of an error, where it is. Without list indices: one failed request to a subgraph is one error for all the entities in it,
 * where the monolith has one for each.
 */
export function outcomeOf({ data, errors = [] }: Answer): Outcome {
  const paths = errors.map(({ path = [] }) => path.filter((step) => typeof step === 'string').join('.'));
  return { data: data ?? null, errors: [...new Set(paths)].sort() };
}

/** As text, so that the order of keys is compared too (GraphQL §7.2.2). */
export function textOf({ data, errors }: Outcome): string {
  return JSON.stringify({ data, errors }, null, 1);
}
