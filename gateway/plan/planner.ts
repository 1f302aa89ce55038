/** @apollo/query-planner as the planner of a snapshot, with its limits set. */
import { operationFromDocument } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import type { Planner } from '../program.ts';
import { PlanningBudget, refusalOf } from './budget.ts';

export function createPlanner(supergraph: Supergraph): Planner {
  const budget = new PlanningBudget();
  const planner = new QueryPlanner(supergraph.federated, { debug: budget.limits });
  const api = supergraph.federated.apiSchema();
  return {
    plan(operation) {
      budget.renew();
      try {
        return planner.buildQueryPlan(operationFromDocument(api, operation.document));
      } catch (error) {
        throw refusalOf(error);
      }
    },
  };
}
