/** Keeps the planner from merging a fetch into one that waits for it: planning would not end on a fetch that waits for itself. */
import { MapWithCachedArrays } from '@apollo/federation-internals';

/** A fetch while it is planned, as far as it is called here: the planner exports no class for it. */
interface FetchGroup {
  mergeInWithAllDependencies(other: FetchGroup): void;
  isDescendantOf(other: FetchGroup): boolean;
  removeChild(child: FetchGroup): void;
}

/** Planning is synchronous, so there is one at a time. */
let isOurs = false;
let isWatching = false;

/**
 * The planner merges fetches that send equal representations to one subgraph from one place, whichever waits for the other.
 * In order, a later one goes into the earlier. The stock engine, with which tests compare in the same process, stays as it is.
 */
export function mergingInOrder<Made>(plan: () => Made): Made {
  if (!isWatching) watchForFetches();
  isOurs = true;
  try {
    return plan();
  } finally {
    isOurs = false;
  }
}

/** Each plan begins with a fetch of the root, which the planner puts into such a map: there its class is to be had. */
function watchForFetches(): void {
  isWatching = true;
  const { set } = MapWithCachedArrays.prototype;
  MapWithCachedArrays.prototype.set = function (key: unknown, value: unknown) {
    if (isFetchGroup(value)) {
      mend(Object.getPrototypeOf(value));
      MapWithCachedArrays.prototype.set = set;
    }
    return set.call(this, key, value);
  };
}

function isFetchGroup(value: unknown): value is FetchGroup {
  return typeof value === 'object' && value !== null && 'mergeInWithAllDependencies' in value;
}

function mend(prototype: FetchGroup): void {
  const merge = prototype.mergeInWithAllDependencies;
  prototype.mergeInWithAllDependencies = function (this: FetchGroup, other) {
    // As two they are right, and one request more.
    if (isOurs && this.isDescendantOf(other)) return;
    merge.call(this, other);
    // Where the other waited for this one, the planner makes this one wait for itself.
    if (isOurs) this.removeChild(this);
  };
}
