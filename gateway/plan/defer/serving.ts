/** Which parts of an answer each fetch is for: the first part, or fragments that are deferred. */
import { Kind, parse, type SelectionSetNode } from 'graphql';
import type { PlannedFetch } from '../compile/fetches.ts';
import { deferOf, idOf } from './directive.ts';

/** The part that comes first; the others go by the id of their fragment. */
export const firstPart = '';

export type Parts = ReadonlySet<string>;

/** Of an operation in which every `@defer` is in force. A fetch is also for what those are for that wait for it. */
export function partsOf(fetches: readonly PlannedFetch[], operation: SelectionSetNode): readonly Parts[] {
  const parts = fetches.map((fetch) => servedBy(fetch, operation));
  for (const [index, { after }] of [...fetches.entries()].reverse()) {
    for (const before of after) for (const part of parts[index] ?? []) parts[before]?.add(part);
  }
  return parts;
}

/** Selections of the operation, and the part they belong to. */
interface Asked {
  readonly set: SelectionSetNode;
  readonly part: string;
}

function servedBy({ node, path }: PlannedFetch, operation: SelectionSetNode): Set<string> {
  let wanted: readonly Asked[] = [{ set: operation, part: firstPart }];
  for (const step of path) if (step !== '@') wanted = below(wanted, step);
  const found = new Set<string>();
  for (const definition of parse(node.operation, { noLocation: true }).definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) collect(definition.selectionSet, wanted, found);
  }
  return found;
}

function collect({ selections }: SelectionSetNode, wanted: readonly Asked[], found: Set<string>): void {
  for (const node of selections) {
    if (node.kind === Kind.INLINE_FRAGMENT) collect(node.selectionSet, wanted, found);
    if (node.kind !== Kind.FIELD) continue;
    if (node.name.value === '_entities' && node.selectionSet !== undefined) {
      collect(node.selectionSet, wanted, found);
      continue;
    }
    const name = (node.alias ?? node.name).value;
    for (const part of partsAsking(wanted, name)) found.add(part);
    if (node.selectionSet !== undefined) collect(node.selectionSet, below(wanted, name), found);
  }
}

function partsAsking(wanted: readonly Asked[], name: string): readonly string[] {
  return fieldsOf(wanted)
    .filter(({ field }) => (field.alias ?? field.name).value === name)
    .map(({ part }) => part);
}

function below(wanted: readonly Asked[], name: string): readonly Asked[] {
  return fieldsOf(wanted).flatMap(({ field, part }) => {
    const isIt = (field.alias ?? field.name).value === name && field.selectionSet !== undefined;
    return isIt && field.selectionSet !== undefined ? [{ set: field.selectionSet, part }] : [];
  });
}

function fieldsOf(wanted: readonly Asked[]) {
  return wanted.flatMap(({ set, part }) => fieldsIn(set, part));
}

function fieldsIn({ selections }: SelectionSetNode, part: string): readonly FieldOfPart[] {
  return selections.flatMap((node) => {
    if (node.kind === Kind.FIELD) return [{ field: node, part }];
    if (node.kind !== Kind.INLINE_FRAGMENT) return [];
    const defer = deferOf(node);
    return fieldsIn(node.selectionSet, defer === undefined ? part : idOf(defer));
  });
}

interface FieldOfPart {
  readonly field: Extract<SelectionSetNode['selections'][number], { kind: Kind.FIELD }>;
  readonly part: string;
}
