/**
 * Which fetches go out together. Those to one subgraph that can be sent at the same time become one request; one that has
 * time waits for such company, as long as nothing waits longer for it.
 */
import type { PlannedFetch } from './fetches.ts';

/** Indexes of fetches, in an order in which each group can be sent once those before it are answered. */
export type Group = readonly number[];

export function schedule(fetches: readonly PlannedFetch[]): readonly Group[] {
  const kins = fetches.map(kinOf);
  const levels = postponed(earliest(fetches), kins, fetches);
  const groups = new Map<string, number[]>();
  for (const index of byLevel(levels)) {
    const kin = kins[index];
    const key = kin === undefined ? `alone ${index}` : `${levels[index]} ${kin}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [index]);
    else group.push(index);
  }
  return [...groups.values()];
}

/** How many answers have to be there before. */
function earliest(fetches: readonly PlannedFetch[]): readonly number[] {
  const levels: number[] = [];
  for (const { after } of fetches) levels.push(Math.max(-1, ...after.map((index) => levels[index] ?? 0)) + 1);
  return levels;
}

function byLevel(levels: readonly number[]): number[] {
  return [...levels.keys()].sort((a, b) => (levels[a] ?? 0) - (levels[b] ?? 0) || a - b);
}

/**
 * The same for fetches that can be one request; undefined for one that cannot. Only entities can be asked for beside others: a
 * root field's arguments and names are its own. What is given something of the objects around it can have to be asked for more
 * than once.
 */
function kinOf({ node, parts }: PlannedFetch): string | undefined {
  const isContextual = (node.contextRewrites ?? []).length > 0;
  if (node.requires === undefined || node.operationKind !== 'query' || isContextual) return undefined;
  // What is for later keeps nothing waiting that is for now.
  const urgency = parts.has('') ? 'now' : [...parts].sort().join();
  return `${urgency} ${node.serviceName}`;
}

/**
 * Each that is alone at its level waits for the next of its kin, unless others would wait longer than they have to. From the
 * last level to the first: where those that wait for a fetch stand is settled before it.
 */
function postponed(
  levels: readonly number[],
  kins: readonly (string | undefined)[],
  fetches: readonly PlannedFetch[],
): readonly number[] {
  const settled = [...levels];
  const last = Math.max(...levels);
  const latest = levels.map(() => last);
  const counts = new Map<string, number>();
  for (const [index, level] of levels.entries()) {
    const place = `${level} ${kins[index]}`;
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  const nextOfKin = new Map<string, number>();
  for (const index of byLevel(levels).reverse()) {
    const own = levels[index] ?? 0;
    const kin = kins[index];
    const next = kin === undefined ? own : (nextOfKin.get(kin) ?? own);
    const isAlone = counts.get(`${own} ${kin}`) === 1;
    const level = isAlone && next <= (latest[index] ?? own) ? next : own;
    settled[index] = level;
    if (kin !== undefined) nextOfKin.set(kin, level);
    for (const before of fetches[index]?.after ?? [])
      latest[before] = Math.min(latest[before] ?? level, level - 1);
  }
  return settled;
}
