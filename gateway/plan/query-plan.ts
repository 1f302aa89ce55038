/** @apollo/query-planner with its faults mended around it: from an authorised operation to a plan that answers all of it. */
import { operationFromDocument } from '@apollo/federation-internals';
import { type PlanNode, type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import type { Planned } from '@portcullis/schema/supergraph/federate';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { InternalError } from '../errors.ts';
import { createOperation, type Operation } from '../program.ts';
import { PlanningBudget, refusalOf } from './budget.ts';
import { uncoveredPath } from './coverage.ts';
import { coverageTypes } from './coverage-types.ts';
import { isTypenameAssertion, withoutAbstractFragments } from './explode-fragments.ts';
import { withKeyedRequires } from './keyed-requires.ts';
import { mergingInOrder } from './merge-order.ts';
import { overrideLabels } from './override-labels.ts';
import type { Split } from './split-fetch.ts';
import { restored, withoutStandIns } from './stand-ins.ts';
import { withTypenames } from './with-typenames.ts';

/** `labels`: those of `@override` that are on. */
export type PlanQuery = (operation: Operation, labels: readonly string[]) => QueryPlan;

export function createPlanQuery(planned: Planned, supergraph: Supergraph): PlanQuery {
  const { federated, joinNames } = planned;
  const budget = new PlanningBudget();
  const planner = new QueryPlanner(federated, { debug: budget.limits });
  const api = federated.apiSchema();
  const types = coverageTypes(planned, supergraph);
  const known = overrideLabels(supergraph);
  const build = (operation: Operation, labels: readonly string[]): QueryPlan => {
    budget.renew();
    try {
      const overrideConditions = new Map(known.map((label) => [label, labels.includes(label)]));
      const read = operationFromDocument(api, operation.document);
      return mergingInOrder(() => planner.buildQueryPlan(read, { overrideConditions }));
    } catch (error) {
      if (!isTypenameAssertion(error)) throw refusalOf(error);
      const exploded = createOperation(withoutAbstractFragments(operation.definition, supergraph.api));
      if (exploded.key === operation.key) throw error;
      return build(exploded, labels);
    }
  };
  const mended = (node: PlanNode, split: Split) =>
    withoutStandIns(withKeyedRequires(node, types), joinNames, split);
  const corrected = (plan: QueryPlan, split: Split): QueryPlan => {
    const { node } = plan;
    if (node === undefined) return plan;
    if (node.kind !== 'Subscription') return { ...plan, node: mended(node, split) };
    const rest = node.rest && { rest: mended(node.rest, split) };
    return { ...plan, node: { ...node, primary: restored(node.primary, joinNames), ...rest } };
  };
  return (operation, labels) => {
    const asked = withTypenames(operation);
    const built = build(asked, labels);
    let missing: readonly string[] = [];
    // Most plans need no more than the first; a finer split costs a subgraph one more fetch.
    for (const split of ['conflicting', 'different'] as const) {
      const plan = corrected(built, split);
      const path = uncoveredPath(plan, asked, types);
      if (path === undefined) return plan;
      missing = path;
    }
    throw new InternalError(`the plan fetches no \`${missing.join('.')}\`, which the operation asks for`);
  };
}
