/**
 * Errors that tell no more than the data beside them. Of several errors that take one place of the answer, which is noticed first
 * depends on what is waited for: a reference that leads to a hidden row takes a statement, and one that leads nowhere takes none.
 */
import type { GraphQLFormattedError } from 'graphql';

type Path = NonNullable<GraphQLFormattedError['path']>;

/** One error for each place that is null, in the order of the places; where it took more along than its own field, without naming that. */
export function settledErrors(
  data: unknown,
  errors: readonly GraphQLFormattedError[],
): readonly GraphQLFormattedError[] {
  const byPlace = new Map<string, GraphQLFormattedError>();
  for (const error of errors) {
    const settled = settledAt(nullOn(data, error.path ?? []), error);
    const place = JSON.stringify(settled.path);
    const known = byPlace.get(place);
    if (known === undefined || textOf(settled) < textOf(known)) byPlace.set(place, settled);
  }
  return [...byPlace.values()].toSorted((one, other) => order(one.path ?? [], other.path ?? []));
}

function settledAt(place: Path, error: GraphQLFormattedError): GraphQLFormattedError {
  if (place.length === error.path?.length) return error;
  const { message, extensions } = error;
  return {
    message,
    ...(place.length > 0 && { path: place }),
    ...(extensions !== undefined && { extensions }),
  };
}

/** The first null on the way to where an error was. */
function nullOn(data: unknown, path: Path): Path {
  let value = data;
  for (const [depth, key] of path.entries()) {
    if (typeof value !== 'object' || value === null) return path.slice(0, depth);
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return path;
}

function textOf({ message, extensions }: GraphQLFormattedError): string {
  return JSON.stringify([extensions?.['code'], message]);
}

function order(one: Path, other: Path): number {
  for (const [depth, key] of one.entries()) {
    const against = other[depth];
    if (against === undefined) return 1;
    if (key !== against) return key < against ? -1 : 1;
  }
  return one.length - other.length;
}
