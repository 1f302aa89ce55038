/** The planner of a snapshot. It plans where it is called. */
import type { QueryPlan } from '@apollo/query-planner';
import { federate } from '@portcullis/schema/supergraph/federate';
import { readSupergraph } from '@portcullis/schema/supergraph/read';
import { Kind } from 'graphql';
import { InternalError } from '../errors.ts';
import { createOperation, type Operation, type Planner } from '../program.ts';
import { createPlanQuery, type PlanQuery } from './query-plan.ts';

/** What a planner needs to know of an operation. */
export type PlannedOperation = Pick<Operation, 'document'>;

export interface InlinePlanner extends Planner {
  plan(operation: PlannedOperation, labels?: readonly string[]): QueryPlan;
}

/** @throws SupergraphError if there is no planning for this supergraph */
export function createPlanner(supergraphSdl: string): InlinePlanner {
  const planned = federate(supergraphSdl);
  let planQuery: PlanQuery | undefined;
  return {
    plan({ document }, labels = []) {
      const [definition] = document.definitions;
      if (definition?.kind !== Kind.OPERATION_DEFINITION)
        throw new InternalError('only operations are planned');
      // With the first operation, so that a gateway is not kept waiting for it at its start.
      planQuery ??= createPlanQuery(planned, readSupergraph(supergraphSdl));
      return planQuery(createOperation(definition), labels);
    },
    async close() {},
  };
}
