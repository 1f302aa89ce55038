/** Makes requests of a plan's fetches: their texts, what they send along, and how their answers are read. */
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import {
  type FieldNode,
  type InlineFragmentNode,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionSetNode,
  stripIgnoredCharacters,
  type VariableDefinitionNode,
} from 'graphql';
import { InternalError } from '../../errors.ts';
import type { Batch, FetchedName, Operation, Site, Step, StepVariable } from '../../program.ts';
import { clientVariable } from '../clashes.ts';
import type { PlannedFetch } from './fetches.ts';
import { inClientOrder, selectionsAt } from './order.ts';
import type { Group } from './schedule.ts';
import { type Answerer, replySelection } from './selection.ts';

export interface StepsOptions {
  readonly supergraph: Supergraph;
  /** What is planned: its order is that of the answer. */
  readonly operation: Operation;
}

export function compileSteps(
  fetches: readonly PlannedFetch[],
  groups: readonly Group[],
  options: StepsOptions,
): readonly Step[] {
  const stepOf = new Map(groups.flatMap((group, step) => group.map((index) => [index, step] as const)));
  return groups.map((group, index) => {
    const members = group.flatMap((each) => fetches[each] ?? []);
    const waited = members.flatMap(({ after }) => after.flatMap((each) => stepOf.get(each) ?? []));
    const after = [...new Set(waited)].sort((a, b) => a - b);
    const parsed = members.map((fetch) => parseFetch(fetch, options));
    const parts = new Set(members.flatMap((member) => [...member.parts]));
    const place = { index, after, parts };
    return Object.freeze({
      ...place,
      ...requestOf(parsed, options.supergraph),
      alone: aloneOf(parsed, place, options),
    });
  });
}

/** A client can spoil an answer, by a value that the subgraph refuses, and would then be answered at this cost. */
const mostAlone = 16;

function aloneOf(
  fetches: readonly ParsedFetch[],
  place: Pick<Step, 'index' | 'after' | 'parts'>,
  { supergraph }: StepsOptions,
): readonly Step[] {
  const alike = byLikeness(fetches);
  if (alike.length < 2) return [];
  const together = Math.ceil(alike.length / mostAlone);
  return Array.from({ length: Math.ceil(alike.length / together) }, (_, index) => {
    const members = alike.slice(index * together, (index + 1) * together).flat();
    return Object.freeze({ ...place, ...requestOf(members, supergraph), alone: [] });
  });
}

interface ParsedFetch extends PlannedFetch {
  readonly definition: OperationDefinitionNode;
  /** Of its `_entities` field, if it has one. */
  readonly entities: SelectionSetNode | undefined;
}

function parseFetch(fetch: PlannedFetch, options: StepsOptions): ParsedFetch {
  const { definitions } = parse(fetch.node.operation, { noLocation: true });
  const [definition] = definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION || definitions.length > 1)
    throw new InternalError('a fetch of the plan is not a single operation');
  const [field] = definition.selectionSet.selections;
  const isEntities = fetch.node.requires !== undefined && field?.kind === Kind.FIELD;
  return isEntities ? entitiesFetch(fetch, definition, options) : rootFetch(fetch, definition, options);
}

function rootFetch(
  fetch: PlannedFetch,
  definition: OperationDefinitionNode,
  options: StepsOptions,
): ParsedFetch {
  // The root fields of a mutation are carried out in their order (GraphQL §6.2.2), which is the plan's to choose.
  if (definition.operation !== 'query') return { ...fetch, definition, entities: undefined };
  const selectionSet = orderedAt(fetch.path, definition.selectionSet, options);
  return { ...fetch, definition: { ...definition, selectionSet }, entities: undefined };
}

function entitiesFetch(
  fetch: PlannedFetch,
  definition: OperationDefinitionNode,
  options: StepsOptions,
): ParsedFetch {
  const [field] = definition.selectionSet.selections;
  if (field?.kind !== Kind.FIELD || field.selectionSet === undefined)
    throw new InternalError('a fetch of entities asks for nothing');
  const entities = orderedAt(fetch.path, field.selectionSet, options);
  const selectionSet = { ...definition.selectionSet, selections: [{ ...field, selectionSet: entities }] };
  return { ...fetch, definition: { ...definition, selectionSet }, entities };
}

function orderedAt(
  path: readonly string[],
  set: SelectionSetNode,
  { supergraph, operation }: StepsOptions,
): SelectionSetNode {
  const { selectionSet } = operation.definition;
  const wanted = selectionsAt(selectionSet, path);
  const type = path.length === 0 ? supergraph.composed.getQueryType()?.name : undefined;
  return inClientOrder(set, { schema: supergraph.composed, type, wanted });
}

function requestOf(
  fetches: readonly ParsedFetch[],
  supergraph: Supergraph,
): Omit<Step, 'index' | 'after' | 'parts' | 'alone'> {
  const [first] = fetches;
  const subgraph = first && supergraph.subgraphs.get(first.node.serviceName);
  if (first === undefined || subgraph === undefined)
    throw new InternalError('the plan names a subgraph that the supergraph does not have');
  const answering = { supergraph, subgraph: subgraph.name };
  const batches =
    first.entities === undefined ? [rootBatch(first, answering)] : entityBatches(fetches, answering);
  const { definition, variables } = requestDefinition(first, fetches, batches);
  const name = first.node.operationName;
  const named = name === undefined ? '' : `"operationName":${JSON.stringify(name)},`;
  const query = JSON.stringify(stripIgnoredCharacters(print(definition)));
  return {
    subgraph: subgraph.name,
    url: subgraph.url,
    kind: first.node.operationKind,
    head: `{${named}"query":${query},"variables":`,
    variables,
    batches: batches.map(({ batch }) => batch),
  };
}

/** A batch, and what it asks of its entities. */
interface DraftBatch {
  readonly batch: Batch;
  readonly entities: SelectionSetNode | undefined;
}

function rootBatch(fetch: ParsedFetch, answering: Answerer): DraftBatch {
  const { supergraph } = answering;
  const { selectionSet, operation } = fetch.definition;
  const type = supergraph.composed.getRootType(operation)?.name;
  const batch = {
    alias: undefined,
    variable: '',
    asked: selectionSet,
    selection: replySelection([{ set: selectionSet, type, isForAll: true }], answering),
    names: namesIn(selectionSet, supergraph),
    sites: [siteOf(fetch)],
  };
  return { batch, entities: undefined };
}

/** Fetches that ask the same of the same kind of entity share one `_entities` field, wherever their entities stand. */
function entityBatches(fetches: readonly ParsedFetch[], answering: Answerer): readonly DraftBatch[] {
  const alike = byLikeness(fetches);
  const isAlone = alike.length === 1;
  return alike.flatMap((members, index) => {
    const entities = members[0]?.entities;
    if (entities === undefined) return [];
    const batch = {
      alias: isAlone ? '_entities' : `_e${index}`,
      variable: isAlone ? 'representations' : `representations_${index}`,
      asked: entities,
      selection: replySelection([{ set: entities, type: undefined, isForAll: true }], answering),
      names: namesIn(entities, answering.supergraph),
      sites: members.map(siteOf),
    };
    return [{ batch, entities }];
  });
}

function byLikeness(fetches: readonly ParsedFetch[]): readonly (readonly ParsedFetch[])[] {
  const alike = new Map<string, ParsedFetch[]>();
  for (const fetch of fetches) {
    const key = likenessOf(fetch);
    const others = alike.get(key);
    if (others === undefined) alike.set(key, [fetch]);
    else others.push(fetch);
  }
  return [...alike.values()];
}

function likenessOf({ node, entities }: ParsedFetch): string {
  const { requires, inputRewrites, outputRewrites } = node;
  return JSON.stringify([entities && print(entities), requires, inputRewrites, outputRewrites]);
}

function siteOf({ node, path }: ParsedFetch): Site {
  const { requires, inputRewrites = [], outputRewrites = [], contextRewrites: contexts = [] } = node;
  return Object.freeze({ path, requires, inputRewrites, outputRewrites, contexts });
}

function contextVariables({ contexts }: Site): readonly string[] {
  return contexts.map(({ renameKeyTo }) => renameKeyTo);
}

/** The request's own definition: that of the fetch where it is alone, else one with a field for each batch. */
function requestDefinition(
  first: ParsedFetch,
  fetches: readonly ParsedFetch[],
  batches: readonly DraftBatch[],
): { definition: OperationDefinitionNode; variables: readonly StepVariable[] } {
  const used = variablesOf(fetches);
  const contextual = new Set(batches.flatMap(({ batch }) => batch.sites.flatMap(contextVariables)));
  const names = [...used.keys()].filter((name) => !contextual.has(name));
  const variables = names.map((name) => ({ name, from: clientVariable(name) }));
  if (batches.length === 1) return { definition: first.definition, variables };
  const definition = {
    ...first.definition,
    variableDefinitions: [...batches.map(({ batch }) => representations(batch.variable)), ...used.values()],
    selectionSet: { kind: Kind.SELECTION_SET, selections: batches.flatMap(entitiesField) },
  } as const;
  return { definition, variables };
}

function variablesOf(fetches: readonly ParsedFetch[]): ReadonlyMap<string, VariableDefinitionNode> {
  const found = new Map<string, VariableDefinitionNode>();
  for (const { definition, entities } of fetches) {
    for (const each of definition.variableDefinitions ?? []) {
      const name = each.variable.name.value;
      if (entities === undefined || name !== 'representations') found.set(name, each);
    }
  }
  return found;
}

/** `$representations: [_Any!]!` (federation specification). */
function representations(variable: string): VariableDefinitionNode {
  const any = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: '_Any' } } as const;
  return {
    kind: Kind.VARIABLE_DEFINITION,
    variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: variable } },
    type: {
      kind: Kind.NON_NULL_TYPE,
      type: { kind: Kind.LIST_TYPE, type: { kind: Kind.NON_NULL_TYPE, type: any } },
    },
  };
}

function entitiesField({ batch, entities }: DraftBatch): readonly FieldNode[] {
  if (batch.alias === undefined || entities === undefined) return [];
  const value = { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: batch.variable } } as const;
  const argument = {
    kind: Kind.ARGUMENT,
    name: { kind: Kind.NAME, value: 'representations' },
    value,
  } as const;
  return [
    {
      kind: Kind.FIELD,
      alias: { kind: Kind.NAME, value: batch.alias },
      name: { kind: Kind.NAME, value: '_entities' },
      arguments: [argument],
      selectionSet: entities,
    },
  ];
}

function namesIn(set: SelectionSetNode, supergraph: Supergraph): readonly FetchedName[] {
  const found = new Map<string, FetchedName>();
  const collect = ({ selections }: SelectionSetNode, on: string | undefined): void => {
    for (const node of selections) {
      if (node.kind === Kind.INLINE_FRAGMENT) collect(node.selectionSet, objectType(node, supergraph) ?? on);
      if (node.kind !== Kind.FIELD || node.name.value === '__typename') continue;
      const name = (node.alias ?? node.name).value;
      found.set(`${on} ${name}`, { name, on });
    }
  };
  collect(set, undefined);
  return [...found.values()];
}

function objectType({ typeCondition }: InlineFragmentNode, { composed }: Supergraph): string | undefined {
  const name = typeCondition?.name.value;
  return name !== undefined && isObjectType(composed.getType(name)) ? name : undefined;
}
