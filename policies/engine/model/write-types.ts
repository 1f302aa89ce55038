/** Which inputs are written with: those that arguments of mutations take, however deep. */
import type { Element, Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { split } from './elements.ts';

/** How a value given for an input is used, if nothing else says it. */
export interface InputWays {
  readonly writes: boolean;
  readonly filters: boolean;
}

export function writeTypes(supergraph: Supergraph): { readonly of: (input: Element) => InputWays } {
  const mutation = supergraph.composed.getMutationType()?.name;
  const isOfMutation = ({ coordinate }: Element) => split(coordinate)[0] === mutation;
  const taken = { writes: new Set<string>(), filters: new Set<string>() };
  for (const element of supergraph.elements.values()) {
    if (element.kind !== 'argument' || element.type === undefined) continue;
    taken[isOfMutation(element) ? 'writes' : 'filters'].add(element.type);
  }
  spread(supergraph, taken.writes);
  spread(supergraph, taken.filters);
  return {
    of: (input) => {
      if (input.kind === 'argument') return { writes: isOfMutation(input), filters: !isOfMutation(input) };
      const [type] = split(input.coordinate);
      const writes = taken.writes.has(type);
      return { writes, filters: !writes || taken.filters.has(type) };
    },
  };
}

/** Adds the types of all input fields inside. */
function spread({ elements }: Supergraph, types: Set<string>): void {
  for (let size = -1; size !== types.size; ) {
    size = types.size;
    for (const { kind, coordinate, type } of elements.values()) {
      if (kind === 'inputField' && type !== undefined && types.has(split(coordinate)[0])) types.add(type);
    }
  }
}
