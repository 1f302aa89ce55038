/** Ways of asking that make no difference. */

import type { RandomOperation } from '@portcullis/gateway/fixture/random/operation';
import {
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { type Door, resultIn } from './answers.ts';

export interface Variant {
  readonly name: string;
  readonly changed: RandomOperation;
  readonly door: Door;
  /** The answer as it would be without the change. */
  readonly restore: (text: string) => string;
}

const same = (text: string): string => text;

/** One of them in turn, for each case: all of them come often enough. */
export function variantOf(operation: RandomOperation, turn: number): Variant {
  const changing = (name: string, query: string, restore = same): Variant => ({
    name,
    changed: { ...operation, query },
    door: 'POST',
    restore,
  });
  const all: readonly (() => Variant)[] = [
    () => ({ name: 'GET', changed: operation, door: 'GET', restore: same }),
    () => ({ name: 'SSE', changed: operation, door: 'SSE', restore: resultIn }),
    () => ({ name: 'WebSocket', changed: operation, door: 'WebSocket', restore: same }),
    () => changing('aliases', aliased(operation.query), (text) => text.replaceAll(/\bzq_/g, '')),
    () => changing('inline fragments', mapSelections(operation.query, inFragment)),
    () => changing('a named fragment', withNamedFragment(operation.query)),
    () => changing('each twice', twice(operation.query)),
    () => changing('include', mapFields(operation.query, including)),
    () => ({ name: 'again', changed: operation, door: 'POST', restore: same }),
    () => literal(operation),
  ];
  const make = all[turn % all.length];
  return make === undefined ? changing('itself', operation.query) : make();
}

function mapSelections(
  query: string,
  change: (all: readonly SelectionNode[]) => readonly SelectionNode[],
): string {
  const leave = (node: SelectionSetNode) => ({ ...node, selections: change(node.selections) });
  return print(visit(parse(query), { SelectionSet: { leave } }));
}

/** At the root alone: at each level it would be too much to ask. */
function twice(query: string): string {
  const leave = (node: OperationDefinitionNode) => {
    const { selections } = node.selectionSet;
    return { ...node, selectionSet: { ...node.selectionSet, selections: [...selections, ...selections] } };
  };
  return print(visit(parse(query), { OperationDefinition: { leave } }));
}

function mapFields(query: string, change: (field: FieldNode) => FieldNode): string {
  return print(visit(parse(query), { Field: { leave: change } }));
}

function inFragment(selections: readonly SelectionNode[]): readonly SelectionNode[] {
  return [{ kind: Kind.INLINE_FRAGMENT, selectionSet: { kind: Kind.SELECTION_SET, selections } }];
}

function aliased(query: string): string {
  return mapFields(query, (field) => ({
    ...field,
    alias: { kind: Kind.NAME, value: `zq_${field.alias?.value ?? field.name.value}` },
  }));
}

function including(field: FieldNode): FieldNode {
  const [include] = parseField('a @include(if: true)').directives ?? [];
  return include === undefined || field.directives?.some(({ name }) => name.value === 'include')
    ? field
    : { ...field, directives: [...(field.directives ?? []), include] };
}

function parseField(text: string): FieldNode {
  const [definition] = parse(`{ ${text} }`).definitions;
  const [field] = (definition as OperationDefinitionNode).selectionSet.selections;
  return field as FieldNode;
}

function withNamedFragment(query: string): string {
  const document = parse(query);
  const [definition] = document.definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) return query;
  const spread = { ...definition, selectionSet: parseField('x { ...All }').selectionSet };
  const whole = print(definition.selectionSet);
  return `${print(spread as OperationDefinitionNode)} fragment All on Query ${whole}`;
}

/** Values in place of the variables that hold them. */
function literal(operation: RandomOperation): Variant {
  const { query, variables } = operation;
  const document = visit(parse(query), {
    VariableDefinition: ({ variable }) => (Object.hasOwn(variables, variable.name.value) ? null : undefined),
    Variable: ({ name }, _, parent) => {
      if (
        !Object.hasOwn(variables, name.value) ||
        (parent as { kind?: string }).kind === 'VariableDefinition'
      )
        return undefined;
      const [argument] = parseField(`a(x: ${JSON.stringify(variables[name.value])})`).arguments ?? [];
      return argument?.value;
    },
  });
  const changed = { query: print(document), variables: {} };
  return { name: 'literals', changed, door: 'POST', restore: same };
}

/** Where two texts part. */
export function difference(one: string, other: string): string {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const from = Math.max(0, at - 60);
  return `${one.slice(from, at + 80)} | ${other.slice(from, at + 80)}`;
}
