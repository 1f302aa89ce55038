/** Splits an entity fetch whose fields cannot all be computed from one representation. */
import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import type { JoinNames } from '@portcullis/schema/supergraph/join-names';
import {
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';

/** A field of the entity, and the paths of the leaves that it is computed from: one set for all that are computed from them. */
interface Unit {
  readonly node: FieldNode;
  readonly needs: ReadonlySet<string>;
}

/**
 * `conflicting`: one field needs `price(currency: "EUR")` and another `price(currency: "USD")`, and a representation has one
 * `price`. `different`: what one field needs is there on a condition or for some types only, and without it there is no
 * representation for the others either.
 */
export type Split = 'conflicting' | 'different';

export function splitFetch(fetch: FetchNode, names: JoinNames, split: Split): readonly FetchNode[] {
  const operation = operationOf(fetch);
  const entities = fetch.requires && operation && entitiesOf(operation);
  if (operation === undefined || entities === undefined) return [fetch];
  const units = unitsOf(entities, fetch.serviceName, names);
  const groups = grouped(units, split === 'different' ? differ : (one, other) => conflict(one, other, names));
  if (groups.length < 2) return [fetch];
  const keys = keyPaths(entities, fetch.serviceName, names);
  return groups.map((group) => {
    const needed = new Set([...keys, ...group.flatMap(({ needs }) => [...needs])]);
    const foreign = new Set(units.flatMap(({ needs }) => [...needs].filter((path) => !needed.has(path))));
    return {
      ...withSelections(fetch, operation, new Set(group.map(({ node }) => node))),
      requires: withoutPaths(fetch.requires ?? [], foreign, ''),
    };
  });
}

type Apart = (one: ReadonlySet<string>, other: ReadonlySet<string>) => boolean;

function grouped(units: readonly Unit[], apart: Apart): readonly (readonly Unit[])[] {
  const groups: { readonly units: Unit[]; readonly needs: Set<Unit['needs']> }[] = [];
  for (const unit of units) {
    const { needs } = unit;
    const group = groups.find(
      (each) => each.needs.has(needs) || ![...each.needs].some((other) => apart(needs, other)),
    );
    if (group === undefined) {
      groups.push({ units: [unit], needs: new Set([needs]) });
    } else {
      group.units.push(unit);
      group.needs.add(needs);
    }
  }
  return groups.map((group) => group.units);
}

function differ(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size !== other.size || [...one].some((path) => !other.has(path));
}

/** Whether a field of the representation would have to have two values. */
function conflict(one: ReadonlySet<string>, other: ReadonlySet<string>, { standIns }: JoinNames): boolean {
  const original = (path: string) => path.split('/').map((name) => standIns.get(name)?.name.value ?? name);
  const steps = [...other].map((path) => ({ names: path.split('/'), originals: original(path) }));
  return [...one].some((path) => {
    const names = path.split('/');
    return steps.some((step) =>
      original(path).some(
        (name, at) =>
          name === step.originals[at] &&
          names[at] !== step.names[at] &&
          names.slice(0, at).join('/') === step.names.slice(0, at).join('/'),
      ),
    );
  });
}

function operationOf({ operation }: FetchNode): OperationDefinitionNode | undefined {
  const [definition, ...others] = parse(operation, { noLocation: true }).definitions;
  return others.length === 0 && definition?.kind === Kind.OPERATION_DEFINITION ? definition : undefined;
}

function entitiesOf({ selectionSet }: OperationDefinitionNode): SelectionSetNode | undefined {
  const [entities] = selectionSet.selections;
  return entities?.kind === Kind.FIELD ? entities.selectionSet : undefined;
}

const nothing: ReadonlySet<string> = new Set();

function unitsOf(entities: SelectionSetNode, subgraph: string, names: JoinNames): readonly Unit[] {
  const known = new Map<string, ReadonlySet<string>>();
  const needsOf = (coordinate: string): ReadonlySet<string> => {
    const needs = names.needs.get(`${subgraph}:${coordinate}`);
    if (needs === undefined) return nothing;
    const own = known.get(coordinate) ?? new Set(leavesOf(needs, ''));
    known.set(coordinate, own);
    return own;
  };
  const collect = (set: SelectionSetNode, type: string): readonly Unit[] =>
    set.selections.flatMap((node): readonly Unit[] => {
      if (node.kind === Kind.INLINE_FRAGMENT) {
        return collect(node.selectionSet, node.typeCondition?.name.value ?? type);
      }
      if (node.kind !== Kind.FIELD || node.name.value === '__typename') return [];
      return [{ node, needs: needsOf(`${type}.${node.name.value}`) }];
    });
  return collect(entities, '');
}

function keyPaths(entities: SelectionSetNode, subgraph: string, { keys }: JoinNames): readonly string[] {
  return entities.selections.flatMap((node) => {
    const type = node.kind === Kind.INLINE_FRAGMENT ? node.typeCondition?.name.value : undefined;
    return (keys.get(`${subgraph}:${type}`) ?? []).flatMap((key) => leavesOf(key, ''));
  });
}

function leavesOf({ selections }: SelectionSetNode, prefix: string): readonly string[] {
  return selections.flatMap((node) => {
    if (node.kind === Kind.INLINE_FRAGMENT) return leavesOf(node.selectionSet, prefix);
    if (node.kind !== Kind.FIELD) return [];
    const path = `${prefix}${node.name.value}`;
    return node.selectionSet === undefined ? [path] : leavesOf(node.selectionSet, `${path}/`);
  });
}

function withoutPaths(
  selections: readonly QueryPlanSelectionNode[],
  paths: ReadonlySet<string>,
  prefix: string,
): QueryPlanSelectionNode[] {
  return selections.flatMap((node): QueryPlanSelectionNode[] => {
    if (node.kind === 'InlineFragment') {
      const left = withoutPaths(node.selections, paths, prefix);
      return left.length === 0 ? [] : [{ ...node, selections: left }];
    }
    const path = `${prefix}${node.name}`;
    if (node.selections === undefined) return paths.has(path) ? [] : [node];
    const left = withoutPaths(node.selections, paths, `${path}/`);
    return left.length === 0 ? [] : [{ ...node, selections: left }];
  });
}

function withSelections(
  fetch: FetchNode,
  operation: OperationDefinitionNode,
  kept: ReadonlySet<FieldNode>,
): FetchNode {
  const filter = (set: SelectionSetNode): SelectionSetNode => ({
    ...set,
    selections: set.selections.flatMap((node): readonly SelectionNode[] => {
      if (node.kind !== Kind.INLINE_FRAGMENT) {
        return node.kind === Kind.FIELD && (kept.has(node) || node.name.value === '__typename') ? [node] : [];
      }
      const selectionSet = filter(node.selectionSet);
      return selectionSet.selections.length === 0 ? [] : [{ ...node, selectionSet }];
    }),
  });
  const selections = operation.selectionSet.selections.map((node) =>
    node.kind === Kind.FIELD && node.selectionSet !== undefined
      ? { ...node, selectionSet: filter(node.selectionSet) }
      : node,
  );
  const selectionSet = { ...operation.selectionSet, selections };
  const used = new Set<string>();
  visit(selectionSet, { Variable: { enter: ({ name }) => void used.add(name.value) } });
  const variableDefinitions = operation.variableDefinitions?.filter(({ variable }) =>
    used.has(variable.name.value),
  );
  const left = { ...operation, selectionSet, ...(variableDefinitions && { variableDefinitions }) };
  return {
    ...fetch,
    operation: stripIgnoredCharacters(print(left)),
    ...(fetch.contextRewrites && {
      contextRewrites: fetch.contextRewrites.filter(({ renameKeyTo }) => used.has(renameKeyTo)),
    }),
    ...(fetch.variableUsages && { variableUsages: fetch.variableUsages.filter((name) => used.has(name)) }),
  };
}
