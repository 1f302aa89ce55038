/**
 * What opens an element holds only if all who define it say so. Composition merges whatever any of them says, and one
 * subgraph could open what another one has.
 */
import type { Problem } from '../problem.ts';
import type { AccessDirective } from './names.ts';
import { problemAt, type StatedSubgraph } from './stated.ts';
import type { Declared } from './statements.ts';

/** Of each kind of element, what says more than silence would: any of a group will do. */
const relaxing: Readonly<Record<Declared['kind'], readonly (readonly AccessDirective[])[]>> = {
  type: [['carrier']],
  field: [['uses'], ['declassify']],
  argument: [['uses', 'usesNothing']],
  inputField: [['uses', 'usesNothing']],
  enumValue: [['uses']],
};

export function relaxedBySome(stated: readonly StatedSubgraph[]): readonly Problem[] {
  const sources = stated.map(({ subgraph }) => subgraph);
  return [...byCoordinate(stated)].flatMap(([coordinate, declared]) =>
    relaxing[declared[0].kind].flatMap((group): readonly Problem[] => {
      const states = ({ statements }: Declared) =>
        statements.some(({ directive }) => group.includes(directive));
      const silent = declared.filter((each) => !states(each));
      const stating = declared.filter(states);
      if (silent.length === 0 || stating.length === 0) return [];
      const where = (some: readonly InSubgraph[]) => some.map(({ subgraph }) => subgraph).join(', ');
      const what = group.map((name) => `@${name}`).join(' or ');
      const message = `${coordinate} states ${what} in ${where(stating)}, but not in ${where(silent)}: what one says of its own would hold for all`;
      const nodes = [...stating, ...silent].map(({ node }) => node);
      return [problemAt(sources, nodes, { code: 'ACCESS_RELAXED_BY_SOME', message })];
    }),
  );
}

interface InSubgraph extends Declared {
  readonly subgraph: string;
}

/** Whoever only refers to a field says nothing about it. */
function byCoordinate(
  stated: readonly StatedSubgraph[],
): ReadonlyMap<string, readonly [InSubgraph, ...InSubgraph[]]> {
  const found = new Map<string, [InSubgraph, ...InSubgraph[]]>();
  for (const { subgraph, declarations } of stated) {
    for (const each of declarations.values()) {
      if (each.isExternal) continue;
      const declared = { ...each, subgraph: subgraph.name };
      const others = found.get(each.coordinate);
      if (others === undefined) found.set(each.coordinate, [declared]);
      else others.push(declared);
    }
  }
  return found;
}
