/** @apollo/query-planner as the planner of a snapshot, with its limits set. It plans where it is called. */
import { operationFromDocument } from '@apollo/federation-internals';
import { type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { federate } from '@portcullis/schema/supergraph/federate';
import type { Operation, Planner } from '../program.ts';
import { PlanningBudget, refusalOf } from './budget.ts';

/** What a planner needs to know of an operation. */
export type PlannedOperation = Pick<Operation, 'document'>;

export interface InlinePlanner extends Planner {
  plan(operation: PlannedOperation): QueryPlan;
}

/** @throws SupergraphError if there is no planning for this supergraph */
export function createPlanner(supergraphSdl: string): InlinePlanner {
  const federated = federate(supergraphSdl);
  const budget = new PlanningBudget();
  const planner = new QueryPlanner(federated, { debug: budget.limits });
  const api = federated.apiSchema();
  return {
    plan({ document }) {
      budget.renew();
      try {
        return planner.buildQueryPlan(operationFromDocument(api, document));
      } catch (error) {
        throw refusalOf(error);
      }
    },
    async close() {},
  };
}
