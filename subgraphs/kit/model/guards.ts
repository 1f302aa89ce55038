/** `extend schema @guard(tags: ["pii"])`: columns that the database gives only to those who may use one of them. */
import { type ConstDirectiveNode, Kind } from 'graphql';
import { directives, stringsArgument } from './directives.ts';
import type { Domain, Entity, TableEntity } from './domain.ts';
import type { Problems } from './problems.ts';
import type { Source } from './source.ts';

export function readGuards(
  entities: ReadonlyMap<string, Entity>,
  source: Source,
  problems: Problems,
): Domain['guarded'] {
  const all = [...entities.values()];
  const tables = all.filter((entity) => entity.source === 'table');
  const guarded = new Map<string, Set<string>>();
  for (const node of guardsOf(source)) {
    const tags = stringsArgument(node, 'tags');
    if (tags.length === 0) problems.report(node, 'schema', '@guard needs tags, as in @guard(tags: ["pii"]).');
    for (const tag of tags) {
      const found = tables.flatMap((entity) => taggedColumns(entity, tag));
      if (found.length === 0)
        problems.report(node, 'schema', `guards "${tag}", which tags no column. Correct it, or take it out.`);
      for (const [table, column] of found) {
        guarded.set(table, (guarded.get(table) ?? new Set()).add(column));
      }
    }
  }
  // Rows are joined for everybody, whatever else may be read of them.
  for (const [table, column] of joiningColumns(all, entities)) guarded.get(table)?.delete(column);
  return guarded;
}

function guardsOf({ document }: Source): readonly ConstDirectiveNode[] {
  return document.definitions.flatMap((node) =>
    node.kind === Kind.SCHEMA_EXTENSION || node.kind === Kind.SCHEMA_DEFINITION
      ? directives(node, 'guard')
      : [],
  );
}

type TableColumn = readonly [table: string, column: string];

function taggedColumns({ table, columns }: TableEntity, tag: string): readonly TableColumn[] {
  return [...columns.values()].flatMap(({ column, tags }) =>
    tags.includes(tag) ? [[table.name, column] as const] : [],
  );
}

/** Columns of keys, of references, and of the collections that lead to a table. */
function joiningColumns(
  all: readonly Entity[],
  entities: ReadonlyMap<string, Entity>,
): readonly TableColumn[] {
  return all.flatMap((entity) => {
    const collected = [...entity.collections.values()].flatMap(({ target, by }) => {
      const collectedFrom = entities.get(target);
      return collectedFrom?.source === 'table'
        ? by.map((column) => [collectedFrom.table.name, column] as const)
        : [];
    });
    if (entity.source === 'stub') return collected;
    const keys = entity.keys.flat().flatMap(({ field }) => entity.columns.get(field)?.column ?? []);
    const referring = [...entity.references.values()].flatMap(({ typename, values }) =>
      [...values, ...(typename === undefined ? [] : [typename])].map(({ column }) => column),
    );
    return [...collected, ...[...keys, ...referring].map((column) => [entity.table.name, column] as const)];
  });
}
