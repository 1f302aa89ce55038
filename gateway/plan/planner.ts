/** @apollo/query-planner as the planner of a snapshot: its limits set, its silences made errors. */
import { operationFromDocument } from '@apollo/federation-internals';
import { type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { Kind, type SelectionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { InternalError } from '../errors.ts';
import type { Operation, Planner, Program } from '../program.ts';
import { PlanningBudget, refusalOf } from './budget.ts';
import { fetchedCoordinates } from './fetched-coordinates.ts';

/** Characters of operations whose programs are kept for each snapshot. */
const cacheSize = 8 * 1024 * 1024;

export function createPlanner(supergraph: Supergraph): Planner {
  const budget = new PlanningBudget();
  const planner = new QueryPlanner(supergraph.federated, { debug: budget.limits });
  const api = supergraph.federated.apiSchema();
  const programs = new LRUCache<string, Program>({
    maxSize: cacheSize,
    // An operation that is left with nothing, or asks nothing but `__typename`, has an empty key.
    sizeCalculation: ({ operation }) => 1 + operation.key.length,
  });
  const build = (operation: Operation): QueryPlan => {
    if (isEmpty(operation)) return { kind: 'QueryPlan' };
    budget.renew();
    try {
      return planner.buildQueryPlan(operationFromDocument(api, operation.document));
    } catch (error) {
      throw refusalOf(error);
    }
  };
  return {
    plan(operation) {
      const known = programs.get(operation.key);
      if (known !== undefined) return known;
      const program = createProgram(operation, build(operation), supergraph);
      programs.set(operation.key, program);
      return program;
    },
  };
}

function createProgram(operation: Operation, plan: QueryPlan, supergraph: Supergraph): Program {
  // The planner returns an empty plan where it finds no way, and the field would silently be null.
  if (plan.node === undefined && operation.definition.selectionSet.selections.some(isUnconditional)) {
    throw new InternalError('the planner found no way to answer an operation that has fields');
  }
  return Object.freeze({ operation, plan, coordinates: fetchedCoordinates(plan, supergraph) });
}

/** Nothing but introspection, or nothing that was allowed. */
function isEmpty({ definition }: Operation): boolean {
  return definition.selectionSet.selections.length === 0;
}

/** What `@skip` and `@include` may leave out for good needs no plan. */
function isUnconditional(node: SelectionNode): boolean {
  if ((node.directives ?? []).length > 0) return false;
  return node.kind === Kind.INLINE_FRAGMENT ? node.selectionSet.selections.some(isUnconditional) : true;
}
