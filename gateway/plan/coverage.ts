/** Whether a plan fetches all that its operation asks. */
import type { QueryPlan } from '@apollo/query-planner';
import { Kind, type SelectionSetNode } from 'graphql';
import type { Operation } from '../program.ts';
import { type Assignment, assignmentsOf, isIncluded } from './assignments.ts';
import { difference, intersection, type Place, type TypeNames } from './place.ts';
import { type GraphTypes, providedBy } from './provided.ts';
import { signatureOf } from './signature.ts';

export interface CoverageTypes extends GraphTypes {
  /** The object types that clients can see, by the name of a composite type. */
  readonly visibleTypes: ReadonlyMap<string, TypeNames>;
  readonly roots: ReadonlyMap<string, string>;
}

/**
 * The planner leaves out, without a word, what it finds no way to, and the client would get `null` for it.
 *
 * @returns the first response path that no fetch provides for every type that an object there can have
 */
export function uncoveredPath(
  plan: QueryPlan,
  operation: Operation,
  graph: CoverageTypes,
): readonly string[] | undefined {
  const { definition, document } = operation;
  const root = graph.roots.get(definition.operation) ?? '';
  for (const assignment of assignmentsOf(document)) {
    const place = providedBy(plan, root, { graph, assignment });
    const path = new Demand(graph, assignment).missing(definition.selectionSet, {
      place,
      types: new Set([root]),
      path: [],
    });
    if (path !== undefined) return path;
  }
  return undefined;
}

/** A selection set of the operation: where it stands, and for which of the types there it counts. */
interface Asked {
  readonly place: Place;
  readonly types: TypeNames;
  readonly path: readonly string[];
}

class Demand {
  readonly #graph: CoverageTypes;
  readonly #assignment: Assignment;

  constructor(graph: CoverageTypes, assignment: Assignment) {
    this.#graph = graph;
    this.#assignment = assignment;
  }

  missing(set: SelectionSetNode, asked: Asked): readonly string[] | undefined {
    for (const node of set.selections) {
      if (!isIncluded(node, this.#assignment)) continue;
      if (node.kind === Kind.INLINE_FRAGMENT) {
        const path = this.missing(node.selectionSet, this.#narrow(asked, node.typeCondition?.name.value));
        if (path !== undefined) return path;
      } else if (node.kind === Kind.FIELD) {
        // What the root answers of itself is fetched from nobody.
        if (asked.path.length === 0 && node.name.value.startsWith('__')) continue;
        const name = node.alias?.value ?? node.name.value;
        const path = this.#missingField(
          name,
          signatureOf(node),
          { ...asked, path: [...asked.path, name] },
          node.selectionSet,
        );
        if (path !== undefined) return path;
      }
    }
    return undefined;
  }

  #narrow(asked: Asked, condition: string | undefined): Asked {
    if (condition === undefined) return asked;
    return {
      ...asked,
      types: intersection(asked.types, this.#graph.visibleTypes.get(condition) ?? new Set()),
    };
  }

  #missingField(
    name: string,
    signature: string,
    { place, types, path }: Asked,
    below: SelectionSetNode | undefined,
  ): readonly string[] | undefined {
    const answers = (place.answers.get(name) ?? []).filter((answer) => answer.signature === signature);
    if (difference(types, ...answers.map((answer) => answer.types)).size > 0) return path;
    if (below === undefined) return undefined;
    for (const answer of answers) {
      if (answer.below === undefined || intersection(answer.types, types).size === 0) continue;
      const visible = this.#visible(answer.below.possible);
      const missing = this.missing(below, { place: answer.below, types: visible, path });
      if (missing !== undefined) return missing;
    }
    return undefined;
  }

  /** An object of an inaccessible type is null to clients. */
  #visible(types: TypeNames): TypeNames {
    return new Set([...types].filter((name) => this.#graph.visibleTypes.has(name)));
  }
}
