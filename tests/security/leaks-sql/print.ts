/** An operation as it is sent. */
import { type RandomDomain, typeNamed } from './domain.ts';
import type { GroupAsk, ListAsk, Operation, ResultAsk, RootAsk, Selection } from './operation.ts';
import { printWhere } from './where.ts';

export interface Sent {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Of several pages, the first; `$after` is the cursor that the first root goes on from. */
export function printOperation(domain: RandomDomain, operation: Operation): Sent {
  const roots = operation.map((root, at) => `f${at}: ${printRoot(domain, root, at)}`);
  const representations = operation.flatMap((root, at) =>
    root.kind === 'entities' ? [[`r${at}`, root.keys] as const] : [],
  );
  const pages = operation[0]?.kind === 'list' || operation[0]?.kind === 'groups';
  const declared = [
    ...(pages ? ['$after: String'] : []),
    ...representations.map(([name]) => `$${name}: [_Any!]!`),
  ];
  const query = `query${declared.length > 0 ? `(${declared.join(', ')})` : ''} { ${roots.join(' ')} }`;
  return { query, variables: Object.fromEntries(representations) };
}

function printRoot(domain: RandomDomain, root: RootAsk, at: number): string {
  const isPaged = at === 0;
  switch (root.kind) {
    case 'list':
      return printList(domain, root.list, { field: typeNamed(domain, root.list.type).list, isPaged });
    case 'groups':
      return printGroups(domain, root.groups, isPaged);
    case 'found':
      return `${typeNamed(domain, root.type).list}Found(keys: ${JSON.stringify(root.keys)}) ${printSelection(domain, root.selection)}`;
    case 'entities':
      return `_entities(representations: $r${at}) { ... on ${root.type} ${printSelection(domain, root.selection)} }`;
  }
}

function printSelection(domain: RandomDomain, { scalars, links, backs }: Selection): string {
  const below = [
    ...links.map(({ field, selection }) => `${field} ${printSelection(domain, selection)}`),
    ...backs.map(({ field, list }) => printList(domain, list, { field, isPaged: false })),
  ];
  return `{ ${[...scalars, ...below].join(' ')} }`;
}

interface Placed {
  readonly field: string;
  readonly isPaged: boolean;
}

function printList(domain: RandomDomain, list: ListAsk, { field, isPaged }: Placed): string {
  const type = typeNamed(domain, list.type);
  const order = list.orderBy.map((each) => `{field: ${each.field}, direction: ${each.direction}}`);
  const given = argumentsOf({
    where: list.where && printWhere(type, list.where),
    orderBy: order.length > 0 ? `[${order.join(', ')}]` : undefined,
    first: list.first,
    after: isPaged ? '$after' : undefined,
  });
  const nodes = list.selection && printSelection(domain, list.selection);
  const page = list.hasEdges ? `edges { cursor node ${nodes} }` : `nodes ${nodes}`;
  const shown = nodes === undefined ? '' : `${page} pageInfo { hasNextPage endCursor }`;
  return `${field}${given} { ${list.isCounted ? 'totalCount' : ''} ${shown} }`;
}

function printGroups(domain: RandomDomain, groups: GroupAsk, isPaged: boolean): string {
  const type = typeNamed(domain, groups.type);
  const by = groups.by.map(({ field, unit }) =>
    unit === undefined ? `{field: ${field}}` : `{bucket: {field: ${field}, unit: ${unit}}}`,
  );
  const order = groups.orderBy.map(({ name, direction }) => `{field: ${name}, direction: ${direction}}`);
  const given = argumentsOf({
    by: `[${by.join(', ')}]`,
    where: groups.where && printWhere(type, groups.where),
    having: groups.having?.text,
    orderBy: order.length > 0 ? `[${order.join(', ')}]` : undefined,
    first: groups.first,
    after: isPaged ? '$after' : undefined,
  });
  const key = groups.by.length > 0 ? `key { ${groups.by.map(({ field }) => field).join(' ')} }` : '';
  return `${type.grouped}${given} { nodes { ${key} count ${printResults(groups.results)} } pageInfo { hasNextPage endCursor } suppressed }`;
}

function printResults(results: readonly ResultAsk[]): string {
  const names = new Set(results.map(({ aggregate }) => aggregate));
  const fieldsOf = (name: string): string =>
    results.flatMap(({ aggregate, field }) => (aggregate === name ? [field] : [])).join(' ');
  return [...names].map((name) => `${name} { ${fieldsOf(name)} }`).join(' ');
}

function argumentsOf(given: Readonly<Record<string, string | number | undefined>>): string {
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  return present.length === 0 ? '' : `(${present.map(([name, value]) => `${name}: ${value}`).join(', ')})`;
}
