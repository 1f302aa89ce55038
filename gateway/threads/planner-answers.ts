/** What a planner's thread answers: it is given a supergraph, and plans the operations that it is asked. */
import { parse } from 'graphql';
import { InternalError } from '../errors.ts';
import { createPlanner, type InlinePlanner } from '../plan/planner.ts';
import type { JobQuestion } from './job.ts';

/** A supergraph first, then operations; both as text, which is what crosses most cheaply. */
export type PlannerQuestion = { readonly supergraphSdl: string } | JobQuestion;

/** To the first question nothing, to the others the plan as JSON. */
export function createPlannerAnswers(): (question: unknown) => string {
  let planner: InlinePlanner | undefined;
  return (given) => {
    const question = given as PlannerQuestion;
    if ('supergraphSdl' in question) {
      planner = createPlanner(question.supergraphSdl);
      return '';
    }
    if (planner === undefined) throw new InternalError('the planner was asked before it got its supergraph');
    const document = parse(question.operation, { noLocation: true });
    const plan = planner.plan({ document }, question.labels);
    return JSON.stringify(plan);
  };
}
