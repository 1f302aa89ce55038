/** How much the planner may look at for one operation; what needs more is refused before it has blocked everybody else. */
import { ClientError } from '../errors.ts';

/**
 * The ways in which a selection can be fetched multiply with each hop that several subgraphs can make. The figures behind
 * these numbers are in docs/decisions/0010-planning-has-a-budget.md.
 */
const mostWays = 2_000;
const mostWaysOfOneSelection = 300;

/** Plans made of those ways, of which the cheapest is taken; few, since the ways come with the fewest hops first. */
const mostPlans = 64;

export interface PlannerLimits {
  readonly maxEvaluatedPlans: number;
  readonly pathsLimit: number;
}

/**
 * The planner has no limit for a whole operation, but it compares with `pathsLimit` for each way that it follows: the
 * comparison is counted. The same operation is therefore always refused or never, however busy the machine is.
 */
export class PlanningBudget {
  #ways = 0;

  readonly limits: PlannerLimits = Object.freeze({
    maxEvaluatedPlans: mostPlans,
    pathsLimit: this as unknown as number,
  });

  /** To be called before each operation: planning is synchronous, so there is one at a time. */
  renew(): void {
    this.#ways = 0;
  }

  valueOf(): number {
    this.#ways += 1;
    if (this.#ways > mostWays) throw tooCostly();
    return mostWaysOfOneSelection;
  }
}

/** The planner's own limits have texts alone. */
const limitReached =
  /^(?:Too many options generated for |Number of non-local selections exceeds |Exceeded maximum recursive selections )/;

/** Whether it was a limit that the planner reached, not a fault. */
export function refusalOf(thrown: unknown): unknown {
  return thrown instanceof Error && limitReached.test(thrown.message) ? tooCostly(thrown) : thrown;
}

export function tooCostly(cause?: Error): ClientError {
  return new ClientError(
    'COST_LIMIT',
    'The operation can be answered in too many ways to choose one. Select fewer levels, or send it in parts.',
    { cause },
  );
}
