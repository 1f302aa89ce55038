/** Headers of the client that may be sent on to subgraphs: those that the configuration names, and of these what is well-formed. */
import type { IncomingHttpHeaders } from 'node:http';
import type { ForwardedHeaders } from '../request.ts';
import { badRequest } from './parameters.ts';

/** @throws ClientError 400 */
export type Forward = (headers: IncomingHttpHeaders) => ForwardedHeaders | undefined;

/** Characters of one value. */
const longest = 1_024;

/** Printable ASCII: what else a header may hold is read in one way here and in another there. */
const form = /^[\x20-\x7e]*$/;

export function createForward(names: readonly string[]): Forward {
  if (names.length === 0) return () => undefined;
  return (headers) => {
    const found = names.flatMap((name) => {
      const value = headers[name];
      if (value === undefined || isOfConnection(name, headers)) return [];
      if (typeof value === 'string' && value.length <= longest && form.test(value))
        return [[name, value] as const];
      throw badRequest(
        `The header ${name} is malformed. Send it once, with at most ${longest} characters of printable ASCII.`,
      );
    });
    return found.length === 0 ? undefined : found;
  };
}

/** RFC 9110 §7.6.1: what `connection` lists is for whoever receives it, and goes no further. */
function isOfConnection(name: string, { connection }: IncomingHttpHeaders): boolean {
  return connection?.split(',').some((option) => option.trim().toLowerCase() === name) === true;
}
