/** The fetches of a plan, each with those it has to wait for. */
import type { FetchNode, PlanNode, SubscriptionNode } from '@apollo/query-planner';
import { InternalError } from '../../errors.ts';

export interface PlannedFetch {
  readonly node: FetchNode;
  /** Where the objects stand that it adds to; empty for the root. */
  readonly path: readonly string[];
  /** Indexes of fetches that have to be answered before. */
  readonly after: readonly number[];
  /** Of which parts of the answer it is: ids of deferred fragments, `''` for the part that comes first. */
  readonly parts: ReadonlySet<string>;
}

/** In the order of the plan: each after all that it waits for. */
export function fetchesOf(node: PlanNode | SubscriptionNode): readonly PlannedFetch[] {
  const collector = new Collector();
  if (node.kind !== 'Subscription') {
    collector.collect(node, { path: [], after: [] });
    return collector.fetches;
  }
  // An event stands for the answer of the first fetch; the others are sent for each event.
  const after = collector.collect(node.primary, { path: [], after: [] });
  if (node.rest !== undefined) collector.collect(node.rest, { path: [], after });
  return collector.fetches;
}

const firstOnly: ReadonlySet<string> = new Set(['']);

interface Place {
  readonly path: readonly string[];
  readonly after: readonly number[];
}

class Collector {
  readonly fetches: PlannedFetch[] = [];

  /** @returns what has to be answered before whatever comes after `node` */
  collect(node: PlanNode, place: Place): readonly number[] {
    switch (node.kind) {
      case 'Fetch':
        // Around the root there is nothing to take an argument from.
        if (node.contextRewrites?.length && node.requires === undefined)
          throw new InternalError('the plan takes an argument from a context for what is no entity');
        this.fetches.push({ node, ...place, parts: firstOnly });
        return [this.fetches.length - 1];
      case 'Flatten':
        return this.collect(node.node, { ...place, path: [...place.path, ...node.path.map(String)] });
      case 'Sequence':
        return node.nodes.reduce(
          (after, each) => this.collect(each, { path: place.path, after }),
          place.after,
        );
      case 'Parallel':
        return [...new Set(node.nodes.flatMap((each) => this.collect(each, place)))];
      case 'Condition':
        throw new InternalError('the plan has a condition, although they are decided before');
      case 'Defer':
        throw new InternalError('the plan defers a part of an operation that asked for none');
    }
  }
}
