/** Which parts of an answer each fetch is for: the first part, or fragments that are deferred. */
import { Kind, parse, type SelectionSetNode } from 'graphql';
import type { PlannedFetch } from '../compile/fetches.ts';
import { deferOf, idOf } from './directive.ts';

/** The part that comes first; the others go by the id of their fragment. */
export const firstPart = '';

export type Parts = ReadonlySet<string>;

/** Of an operation in which every `@defer` is in force. A fetch is also for what those are for that wait for it. */
export function partsOf(fetches: readonly PlannedFetch[], operation: SelectionSetNode): readonly Parts[] {
  const wanted = new Wanted([{ set: operation, part: firstPart }]);
  const parts = fetches.map((fetch) => servedBy(fetch, wanted));
  for (const [index, { after }] of [...fetches.entries()].reverse()) {
    for (const before of after) for (const part of parts[index] ?? []) parts[before]?.add(part);
  }
  return parts;
}

/** A selection of the operation: of which part it is, and what it asks below. */
interface Selected {
  readonly part: string;
  readonly below: SelectionSetNode | undefined;
}

function servedBy({ node, path }: PlannedFetch, operation: Wanted): Set<string> {
  let wanted = operation;
  for (const step of path) if (step !== '@') wanted = wanted.below(step);
  const found = new Set<string>();
  for (const definition of parse(node.operation, { noLocation: true }).definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) collect(definition.selectionSet, wanted, found);
  }
  return found;
}

function collect({ selections }: SelectionSetNode, wanted: Wanted, found: Set<string>): void {
  for (const node of selections) {
    if (node.kind === Kind.INLINE_FRAGMENT) collect(node.selectionSet, wanted, found);
    if (node.kind !== Kind.FIELD) continue;
    if (node.name.value === '_entities' && node.selectionSet !== undefined) {
      collect(node.selectionSet, wanted, found);
      continue;
    }
    const name = (node.alias ?? node.name).value;
    for (const part of wanted.partsAsking(name)) found.add(part);
    if (node.selectionSet !== undefined) collect(node.selectionSet, wanted.below(name), found);
  }
}

/** What the operation selects at one place; looked up once, however many fetches go through it. */
class Wanted {
  readonly #selected: ReadonlyMap<string, readonly Selected[]>;
  readonly #below = new Map<string, Wanted>();

  constructor(sets: readonly { readonly set: SelectionSetNode; readonly part: string }[]) {
    const selected = new Map<string, Selected[]>();
    for (const { set, part } of sets) select(set, part, selected);
    this.#selected = selected;
  }

  partsAsking(name: string): readonly string[] {
    return (this.#selected.get(name) ?? []).map(({ part }) => part);
  }

  below(name: string): Wanted {
    const known = this.#below.get(name);
    if (known !== undefined) return known;
    const selected = this.#selected.get(name) ?? [];
    const wanted = new Wanted(
      selected.flatMap(({ part, below }) => (below === undefined ? [] : { set: below, part })),
    );
    this.#below.set(name, wanted);
    return wanted;
  }
}

function select({ selections }: SelectionSetNode, part: string, selected: Map<string, Selected[]>): void {
  for (const node of selections) {
    if (node.kind === Kind.INLINE_FRAGMENT) {
      const defer = deferOf(node);
      select(node.selectionSet, defer === undefined ? part : idOf(defer), selected);
    }
    if (node.kind !== Kind.FIELD) continue;
    const name = (node.alias ?? node.name).value;
    const one = { part, below: node.selectionSet };
    const others = selected.get(name);
    if (others === undefined) selected.set(name, [one]);
    else others.push(one);
  }
}
