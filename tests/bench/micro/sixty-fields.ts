/** Operations of sixty fields on the large graph of `P`. */

const fields = 60;

/** One row of sixty fields that the caller may read, from one subgraph. */
export const allowed = `{ catalogue(first: 1) { ${list(fields, (at) => `f${at}: name`)} } }`;

/** Sixty fields of ten types that the caller may not read: nothing is left to fetch. */
export const denied = `{ ${list(10, (book) => `book${book} { ${list(6, (at) => `c${at}`)} }`)} }`;

function list(length: number, each: (at: number) => string): string {
  return Array.from({ length }, (_, at) => each(at)).join(' ');
}
