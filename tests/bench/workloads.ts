/** What is asked: three operations, each in four modes. Number n of a workload is the same request in every run. */
import { sizeNamed } from './micro/scaling.ts';

export const modes = ['same', 'auth', 'variables', 'text'] as const;
export type Mode = (typeof modes)[number];

export interface Workload {
  readonly name: string;
  readonly mode: Mode;
  /** What `errors` may hold: of a workload that selects a denied field, its code. */
  readonly errorCode?: string;
  /** The body of request number n. */
  body(n: number): string;
}

/** One operation: as it is, with a variable, and with a literal in its place. */
interface Operation {
  readonly plain: string;
  readonly withVariable: string;
  variables(n: number): Readonly<Record<string, unknown>>;
  withLiteral(n: number): string;
}

/** No product costs as much: another value for each request, and one answer to all of them. */
const ceiling = 100_000;
const product = 'inStock name price shippingEstimate upc weight';
const author = `author { id username name reviews { id body product { ${product} } } }`;

function heavy(argument: string, denied: Denied): string {
  return `{
    users { id username name ${denied.user} reviews { id body product { ${product} reviews { id body ${author} } } } }
    topProducts${argument} { ${product} ${denied.product} reviews { id body ${author} } }
  }`;
}

/** Fields that the caller of `P` may not read. */
interface Denied {
  readonly user: string;
  readonly product: string;
}
const nothing: Denied = { user: '', product: '' };
const secrets: Denied = { user: 'birthday', product: 'cost' };

function operationsWith(denied: Denied): Readonly<Record<string, Operation>> {
  const listed = (argument: string) => `{ topProducts${argument} { name price inStock ${denied.product} } }`;
  const person = `{ id name ${denied.user} }`;
  return {
    W1: filtered((argument) => heavy(argument, denied)),
    W2: {
      plain: `{ me ${person} }`,
      withVariable: `query ($id: ID!) { user(id: $id) ${person} }`,
      variables: (n) => ({ id: String(n + 1) }),
      withLiteral: (n) => `{ user(id: "${n + 1}") ${person} }`,
    },
    W3: filtered(listed),
  };
}

function filtered(document: (argument: string) => string): Operation {
  return {
    plain: document(''),
    withVariable: `query ($maxPrice: Int) ${document('(maxPrice: $maxPrice)')}`,
    variables: (n) => ({ maxPrice: ceiling + n }),
    withLiteral: (n) => document(`(maxPrice: ${ceiling + n})`),
  };
}

/** @param name W1, W2 or W3, with `+denied` if a selection that the rules of `P` deny is to be added; or a size */
export function workload(name: string, mode: Mode): Workload {
  const size = sizeNamed(name);
  if (size !== undefined) {
    const body = JSON.stringify({ query: size.query });
    return { name, mode, body: () => body };
  }
  const [base = '', extra] = name.split('+');
  const isDenied = extra === 'denied';
  const operation = operationsWith(isDenied ? secrets : nothing)[base];
  if (operation === undefined) throw new RangeError(`there is no workload ${name}`);
  return {
    name,
    mode,
    ...(isDenied && { errorCode: 'FORBIDDEN' }),
    body: bodies(operation, mode),
  };
}

function bodies(operation: Operation, mode: Mode): (n: number) => string {
  switch (mode) {
    case 'variables': {
      const query = JSON.stringify(operation.withVariable);
      return (n) => `{"query":${query},"variables":${JSON.stringify(operation.variables(n))}}`;
    }
    case 'text':
      return (n) => JSON.stringify({ query: operation.withLiteral(n) });
    case 'same':
    case 'auth': {
      const body = JSON.stringify({ query: operation.plain });
      return () => body;
    }
  }
}
