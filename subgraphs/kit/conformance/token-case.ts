/** One token and what becomes of a request that carries it. */
import { type Change, type Forge, tokenOf } from './forge.ts';

export interface TokenCase {
  readonly id: string;
  /** What has to be so. */
  readonly sentence: string;
  readonly expect: 'accept' | 'refuse';
  /** What whoever does it otherwise has to do. */
  readonly advice: string;
  /** The values of the header `Txn-Token`: none, one, or one for each time that it is sent. */
  readonly make: (forge: Forge) => readonly string[];
}

/** A case that has to be refused. */
export function bad(
  id: string,
  what: string,
  advice: string,
  make: (forge: Forge) => string | readonly string[],
): TokenCase {
  return { id, sentence: `${what} is refused`, expect: 'refuse', advice, make: listing(make) };
}

/** A case that has to be taken. */
export function fine(
  id: string,
  what: string,
  advice: string,
  make: (forge: Forge) => string | readonly string[],
): TokenCase {
  return { id, sentence: `${what} is taken`, expect: 'accept', advice, make: listing(make) };
}

function listing(make: (forge: Forge) => string | readonly string[]): TokenCase['make'] {
  return (forge) => [make(forge)].flat();
}

/** A good token but for members of its claims. */
export function claims(change: (forge: Forge) => Change['claims'] & {}): (forge: Forge) => string {
  return (forge) => tokenOf(forge, { claims: change(forge) });
}

/** A good token but for members of its header. */
export function header(members: Change['header'] & {}): (forge: Forge) => string {
  return (forge) => tokenOf(forge, { header: members });
}
