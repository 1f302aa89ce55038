/**
 * Which fetches go out together. Those to one subgraph that can be sent at the same time become one request; one that has
 * time waits for such company, as long as nothing waits longer for it.
 */
import type { PlannedFetch } from './fetches.ts';

/** Indexes of fetches, in an order in which each group can be sent once those before it are answered. */
export type Group = readonly number[];

export function schedule(fetches: readonly PlannedFetch[]): readonly Group[] {
  const levels = earliest(fetches);
  for (const index of byLevel(levels).reverse()) postpone(index, fetches, levels);
  const groups = new Map<string, number[]>();
  for (const index of byLevel(levels)) {
    const key = groupKey(index, fetches, levels);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [index]);
    else group.push(index);
  }
  return [...groups.values()];
}

/** How many answers have to be there before. */
function earliest(fetches: readonly PlannedFetch[]): number[] {
  const levels: number[] = [];
  for (const { after } of fetches) levels.push(Math.max(-1, ...after.map((index) => levels[index] ?? 0)) + 1);
  return levels;
}

function byLevel(levels: readonly number[]): number[] {
  return [...levels.keys()].sort((a, b) => (levels[a] ?? 0) - (levels[b] ?? 0) || a - b);
}

/**
 * Only entities can be asked for beside others: a root field's arguments and names are its own. What is given something of
 * the objects around it can have to be asked for more than once.
 */
function isJoinable({ node }: PlannedFetch): boolean {
  const isContextual = (node.contextRewrites ?? []).length > 0;
  return node.requires !== undefined && node.operationKind === 'query' && !isContextual;
}

function groupKey(index: number, fetches: readonly PlannedFetch[], levels: readonly number[]): string {
  const fetch = fetches[index];
  if (fetch === undefined || !isJoinable(fetch)) return `alone ${index}`;
  return `${levels[index]} ${urgencyOf(fetch)} ${fetch.node.serviceName}`;
}

function postpone(index: number, fetches: readonly PlannedFetch[], levels: number[]): void {
  const fetch = fetches[index];
  if (fetch === undefined || !isJoinable(fetch)) return;
  const own = levels[index] ?? 0;
  const latest = latestOf(index, fetches, levels);
  const company = [...fetches.keys()].filter((other) => other !== index && isCompany(fetch, fetches[other]));
  const reachable = company.map((other) => levels[other] ?? 0).filter((at) => at >= own && at <= latest);
  if (reachable.length > 0) levels[index] = Math.min(...reachable);
}

function isCompany(fetch: PlannedFetch, other: PlannedFetch | undefined): boolean {
  if (other === undefined || !isJoinable(other) || other.node.serviceName !== fetch.node.serviceName)
    return false;
  return urgencyOf(other) === urgencyOf(fetch);
}

/** What is for later keeps nothing waiting that is for now. */
function urgencyOf({ parts }: PlannedFetch): string {
  return parts.has('') ? 'now' : [...parts].sort().join();
}

/** The last level at which nothing would wait for it that does not wait anyway. */
function latestOf(index: number, fetches: readonly PlannedFetch[], levels: readonly number[]): number {
  const dependents = [...fetches.keys()].filter((other) => fetches[other]?.after.includes(index));
  return Math.min(Math.max(...levels), ...dependents.map((other) => (levels[other] ?? 0) - 1));
}
