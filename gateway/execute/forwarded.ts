/** What of a client's headers one subgraph gets: those that the configuration names for it. */
import type { ForwardedHeaders } from '../request.ts';

/** Undefined: none. */
export type ForwardedTo = (
  subgraph: string,
  forwarded: ForwardedHeaders | undefined,
) => ForwardedHeaders | undefined;

export function createForwardedTo(names: Readonly<Record<string, readonly string[]>>): ForwardedTo {
  const bySubgraph = new Map(Object.entries(names).map(([subgraph, each]) => [subgraph, new Set(each)]));
  return (subgraph, forwarded) => {
    if (forwarded === undefined) return undefined;
    const own = bySubgraph.get(subgraph);
    const some = own && forwarded.filter(([name]) => own.has(name));
    return some === undefined || some.length === 0 ? undefined : some;
  };
}
