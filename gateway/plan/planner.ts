/** @apollo/query-planner as the planner of a snapshot: its limits set, its silences made errors. It plans where it is called. */
import { operationFromDocument } from '@apollo/federation-internals';
import { type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { federate } from '@portcullis/schema/supergraph/federate';
import { Kind, type SelectionNode } from 'graphql';
import { InternalError } from '../errors.ts';
import type { Operation, Planner } from '../program.ts';
import { PlanningBudget, refusalOf } from './budget.ts';

/** What a planner needs to know of an operation. */
export type PlannedOperation = Pick<Operation, 'document' | 'definition'>;

export interface InlinePlanner extends Planner {
  plan(operation: PlannedOperation): QueryPlan;
}

/** @throws SupergraphError if there is no planning for this supergraph */
export function createPlanner(supergraphSdl: string): InlinePlanner {
  const federated = federate(supergraphSdl);
  const budget = new PlanningBudget();
  const planner = new QueryPlanner(federated, { debug: budget.limits });
  const api = federated.apiSchema();
  const build = ({ document }: PlannedOperation): QueryPlan => {
    budget.renew();
    try {
      return planner.buildQueryPlan(operationFromDocument(api, document));
    } catch (error) {
      throw refusalOf(error);
    }
  };
  return {
    plan(operation) {
      const plan = build(operation);
      // The planner returns an empty plan where it finds no way, and the field would silently be null.
      if (plan.node === undefined && operation.definition.selectionSet.selections.some(isUnconditional)) {
        throw new InternalError('the planner found no way to answer an operation that has fields');
      }
      return plan;
    },
    async close() {},
  };
}

/** What `@skip` and `@include` may leave out for good needs no plan. */
function isUnconditional(node: SelectionNode): boolean {
  if ((node.directives ?? []).length > 0) return false;
  return node.kind === Kind.INLINE_FRAGMENT ? node.selectionSet.selections.some(isUnconditional) : true;
}
