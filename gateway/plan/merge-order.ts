/** Keeps the planner from merging a fetch with what it waits for: it would ask too early, or wait for itself without end. */
import { MapWithCachedArrays } from '@apollo/federation-internals';

/** A fetch while it is planned, as far as it is called here: the planner exports no class for it. */
interface FetchGroup {
  canMergeChildIn(child: FetchGroup): boolean;
  parentGroups(): readonly FetchGroup[];
  mergeInWithAllDependencies(other: FetchGroup): void;
  isDescendantOf(other: FetchGroup): boolean;
  removeChild(child: FetchGroup): void;
}

/** Planning is synchronous, so there is one at a time. */
let isOurs = false;
let isWatching = false;

/**
 * The planner merges fetches from one subgraph and one place, whatever they wait for. Here that is looked at first. The stock
 * engine, with which tests compare in the same process, stays as it is.
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
  const canMergeChildIn = prototype.canMergeChildIn;
  prototype.canMergeChildIn = function (this: FetchGroup, child) {
    if (!canMergeChildIn.call(this, child)) return false;
    // Else what it requires of a third subgraph would not be there yet.
    return !isOurs || child.parentGroups().every((each) => each === this || this.isDescendantOf(each));
  };
  const merge = prototype.mergeInWithAllDependencies;
  prototype.mergeInWithAllDependencies = function (this: FetchGroup, other) {
    // As two they are right, and one request more.
    if (isOurs && this.isDescendantOf(other)) return;
    // All that the other waits for is taken over: this one would wait for itself.
    if (isOurs) this.removeChild(other);
    merge.call(this, other);
  };
}
