/** The deferred fragments of an operation: where they stand, and what their part of the answer looks like. */
import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  getNamedType,
  type InlineFragmentNode,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { createOperation, type DeferredPart, type Operation, type PartStep } from '../../program.ts';
import { compileObject, type ResponseOptions } from '../compile/response.ts';
import { deferOf, idOf, labelOf } from './directive.ts';

/** `options.isLater` tells which fragments are deferred. */
export function deferredParts(
  set: SelectionSetNode,
  root: GraphQLCompositeType,
  options: ResponseOptions,
): readonly DeferredPart[] {
  const parts: DeferredPart[] = [];
  collect(set, { type: root, path: [], parent: undefined }, { options, parts });
  return parts;
}

interface Place {
  readonly type: GraphQLCompositeType;
  readonly path: readonly PartStep[];
  /** The deferred fragment that it is within. */
  readonly parent: string | undefined;
}

interface Collecting {
  readonly options: ResponseOptions;
  readonly parts: DeferredPart[];
}

function collect(set: SelectionSetNode, place: Place, collecting: Collecting): void {
  const { options } = collecting;
  for (const node of set.selections) {
    if (!options.includes(node)) continue;
    if (node.kind === Kind.FIELD) collectField(node, place, collecting);
    if (node.kind === Kind.INLINE_FRAGMENT) collectFragment(node, place, collecting);
  }
}

function collectField(node: FieldNode, { type, path, parent }: Place, collecting: Collecting): void {
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
  const named = field && getNamedType(field.type);
  if (field === undefined || node.selectionSet === undefined || !isCompositeType(named)) return;
  const name = (node.alias ?? node.name).value;
  const step = { name, from: collecting.options.names.inReply(node), lists: listsOf(field.type) };
  collect(node.selectionSet, { type: named, path: [...path, step], parent }, collecting);
}

function listsOf(type: GraphQLOutputType): number {
  if (isNonNullType(type)) return listsOf(type.ofType);
  return isListType(type) ? 1 + listsOf(type.ofType) : 0;
}

function collectFragment(node: InlineFragmentNode, place: Place, collecting: Collecting): void {
  const { options, parts } = collecting;
  const condition = node.typeCondition && options.schema.getType(node.typeCondition.name.value);
  const within = isCompositeType(condition) ? { ...place, type: condition } : place;
  const defer = options.isLater(node) ? deferOf(node) : undefined;
  if (defer === undefined) {
    collect(node.selectionSet, within, collecting);
    return;
  }
  const id = idOf(defer);
  const selected = { ...node, directives: (node.directives ?? []).filter((each) => each !== defer) };
  const set = { kind: Kind.SELECTION_SET, selections: [selected] } as const;
  const label = labelOf(defer);
  const { path, parent, type } = place;
  parts.push({ id, label, path, parent, object: compileObject([set], type, options) });
  collect(node.selectionSet, { ...within, parent: id }, collecting);
}

/** As it is planned: what is fetched is the same, whenever it is told. */
export function withoutDefer(operation: Operation): Operation {
  if (!hasDefer(operation.definition)) return operation;
  return createOperation(
    visit(operation.definition, {
      Directive: { enter: ({ name }) => (name.value === 'defer' ? null : undefined) },
    }),
  );
}

export function hasDefer({ selectionSet }: OperationDefinitionNode): boolean {
  return selectionSet.selections.some(defers);
}

function defers(node: SelectionNode): boolean {
  if (node.kind === Kind.FRAGMENT_SPREAD) return false;
  return deferOf(node) !== undefined || (node.selectionSet?.selections ?? []).some(defers);
}
