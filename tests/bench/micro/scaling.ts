/** Whether ten times the rows, fields or levels cost ten times as much: operations of three sizes in each direction. */

export interface Size {
  readonly name: string;
  readonly query: string;
  /** Values in the answer. */
  readonly fields: number;
}

function rows(count: number): Size {
  const query = `{ catalogue(first: ${count}) { upc name price weight inStock } }`;
  return { name: `${count} rows`, query, fields: count * 5 };
}

function columns(count: number): Size {
  const aliases = Array.from({ length: count }, (_, at) => `c${at}: name`);
  return {
    name: `${count} fields a row`,
    query: `{ catalogue(first: 9) { ${aliases.join(' ')} } }`,
    fields: count * 9,
  };
}

/** Product 3 has one review: a chain, not a tree. */
function levels(count: number): Size {
  const chain = (left: number): string =>
    left === 0 ? '' : `reviews { id body product { upc ${chain(left - 1)} } }`;
  return {
    name: `${count * 2} levels`,
    query: `{ product(upc: "3") { upc ${chain(count)} } }`,
    fields: 1 + count * 3,
  };
}

export const directions: readonly (readonly Size[])[] = [
  [rows(30), rows(300), rows(3000)],
  [columns(10), columns(100), columns(1000)],
  [levels(2), levels(6), levels(18)],
];

/** The workload of that name, for the load generator. */
export function sizeNamed(name: string): Size | undefined {
  return directions.flat().find((size) => size.name === name);
}
