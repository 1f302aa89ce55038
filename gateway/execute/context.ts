/**
 * What entities are given of the objects around them (`@fromContext`): a request has one value for each of its variables, so
 * entities around which something else stands are asked for by themselves.
 */
import { type MergedObject, Misfit, type Site, type Step } from '../program.ts';
import { isMerged } from './merged.ts';
import { misfitOf } from './misfits.ts';
import { type Lacking, pickValue, type Representations, type SiteTargets } from './representations.ts';
import { condition, isOf } from './rewrites.ts';
import { lineagesAt } from './targets.ts';
import type { Types } from './types.ts';

/** Requests of one step that are on their way at the same time. */
const atOnce = 8;

export function takesContexts({ batches }: Step): boolean {
  return batches.some(({ sites }) => sites.some(({ contexts }) => contexts.length > 0));
}

interface Around {
  readonly root: MergedObject;
  readonly types: Types;
  /** Requests of one step: what stands around entities can differ as often as a subgraph likes. */
  readonly contextRequests: number;
}

interface Asking<T> {
  ask(part: Representations): Promise<readonly T[]>;
  /** What would take more requests than there may be. */
  refuse(part: Representations): readonly T[];
  /** What would be given what is not there. */
  withhold(lacking: readonly Lacking[]): void;
}

/** Such a fetch is a request of its own, so there is one batch of one site. */
export async function askByContext<T>(
  asked: Representations,
  { root, types, contextRequests }: Around,
  { ask, refuse, withhold }: Asking<T>,
): Promise<readonly T[]> {
  const lacking: Lacking[] = [];
  const all = asked.sites.flatMap((targets) => partsOf(targets, { root, types, lacking }));
  withhold(lacking);
  const told: T[] = [];
  const parts = all.slice(0, contextRequests);
  for (let at = 0; at < parts.length; at += atOnce) {
    const asking = parts.slice(at, at + atOnce).map((part) => ask(withPlaces(asked, part)));
    told.push(...(await Promise.all(asking)).flat());
  }
  const [first, ...others] = all.slice(contextRequests);
  if (first === undefined) return told;
  const indexes = [first, ...others].flatMap((part) => part.indexes);
  return [...told, ...refuse(withPlaces(asked, { targets: first.targets, variables: [], indexes }))];
}

/** Targets of one site around which the same stands. */
interface Part {
  readonly targets: SiteTargets;
  readonly variables: readonly string[];
  /** Which of the targets. */
  readonly indexes: readonly number[];
}

interface Parting {
  readonly root: MergedObject;
  readonly types: Types;
  readonly lacking: Lacking[];
}

function partsOf(targets: SiteTargets, { root, types, lacking }: Parting): readonly Part[] {
  const { site, places } = targets;
  const parts = new Map<string, { targets: SiteTargets; variables: readonly string[]; indexes: number[] }>();
  for (const [index, lineage] of lineagesAt(root, site.path).entries()) {
    if (places[index] === undefined) continue;
    const variables = variablesAround(lineage, site.contexts, types);
    const target = lineage.at(-1);
    if (variables instanceof Misfit && target !== undefined) lacking.push({ target, misfit: variables });
    if (variables === undefined || variables instanceof Misfit) continue;
    const key = variables.join();
    const part = parts.get(key);
    if (part === undefined) parts.set(key, { targets, variables, indexes: [index] });
    else part.indexes.push(index);
  }
  return [...parts.values()];
}

/** The same sites, with places for the targets of the part only. */
function withPlaces(
  { texts }: Representations,
  { targets: { site, targets, places }, variables, indexes }: Part,
): Representations {
  const own = new Map<number, number>();
  const placed: (number | undefined)[] = targets.map(() => undefined);
  for (const index of indexes) {
    const place = places[index];
    if (place === undefined) continue;
    if (!own.has(place)) own.set(place, own.size);
    placed[index] = own.get(place);
  }
  const ownTexts = [...own.keys()].flatMap((place) => texts[place] ?? []);
  return { texts: ownTexts, sites: [{ site, targets, places: placed }], lacking: [], variables };
}

/**
 * A variable is left out if nothing around the entity sets its context.
 * Undefined if what sets it has no value, and the misfit if that is why.
 */
function variablesAround(
  lineage: readonly MergedObject[],
  contexts: Site['contexts'],
  types: Types,
): readonly string[] | Misfit | undefined {
  const variables = new Map<string, string>();
  for (const { path, renameKeyTo } of contexts) {
    const up = path.findIndex((step) => step !== '..');
    const around = lineage.at(-1 - up);
    const found = around && valueAt(around, path.slice(up), types);
    if (found === undefined) continue;
    const value = pickValue(found.value, undefined, types);
    if (value === undefined) return misfitOf(found.value);
    variables.set(renameKeyTo, `${JSON.stringify(renameKeyTo)}:${JSON.stringify(value)}`);
  }
  return [...variables.values()];
}

/** Undefined if a condition is not met. */
function valueAt(
  value: unknown,
  [step, ...rest]: readonly string[],
  types: Types,
): { readonly value: unknown } | undefined {
  if (step === undefined || value === null) return { value };
  if (Array.isArray(value)) {
    const items = value.flatMap((item) => valueAt(item, [step, ...rest], types) ?? []);
    return { value: items.map((item) => item.value) };
  }
  if (!isMerged(value)) return { value: undefined };
  if (!step.startsWith(condition)) return valueAt(value[step], rest, types);
  return isOf(value, step.slice(condition.length), types) ? valueAt(value, rest, types) : undefined;
}
