/** What `plan` makes, `execute` runs and `shape` writes. */
import type { QueryPlan } from '@apollo/query-planner';
import type { Operation } from './request.ts';

/** A planned operation, shared by every request with the same authorised operation on the same snapshot. */
export interface Program {
  readonly operation: Operation;
  readonly plan: QueryPlan;
}

/** Makes programs for one supergraph; built once per snapshot. */
export interface Planner {
  plan(operation: Operation): Program;
}
