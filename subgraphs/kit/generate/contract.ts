/** The `schema:` section of a data contract (ODCS 3.1), from the authored schema, so that the two cannot drift. */
import {
  type Column,
  type Domain,
  physicalTypes,
  type ScalarName,
  type TableEntity,
  tableEntities,
} from '../model/domain.ts';

type LogicalType = 'string' | 'date' | 'timestamp' | 'number' | 'integer' | 'boolean' | 'array';

/** ODCS SchemaProperty, as far as a schema says it. */
export interface ContractProperty {
  readonly name: string;
  readonly physicalName: string;
  readonly description?: string;
  readonly logicalType: LogicalType;
  readonly logicalTypeOptions?: Readonly<Record<string, unknown>>;
  readonly physicalType: string;
  readonly required: boolean;
  readonly primaryKey?: true;
  readonly primaryKeyPosition?: number;
  readonly classification: string;
  readonly tags?: readonly string[];
  readonly items?: { readonly logicalType: LogicalType; readonly physicalType: string };
}

/** ODCS SchemaObject. */
export interface ContractObject {
  readonly name: string;
  readonly physicalName: string;
  readonly physicalType: 'table';
  readonly logicalType: 'object';
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly properties: readonly ContractProperty[];
}

const logicalTypes: Readonly<Record<ScalarName, LogicalType>> = {
  ID: 'string',
  String: 'string',
  Boolean: 'boolean',
  Int: 'integer',
  Float: 'number',
  Long: 'integer',
  Decimal: 'number',
  DateTime: 'timestamp',
  Date: 'date',
};

/** What the logical type alone does not say. */
const logicalTypeOptions: Partial<Readonly<Record<ScalarName, Readonly<Record<string, unknown>>>>> = {
  Int: { format: 'i32' },
  Long: { format: 'i64' },
  Float: { format: 'f64' },
  DateTime: { timezone: true },
};

/** What is not classified is for the company, not for the world. */
const defaultClassification = 'internal';

export function contractSchema(domain: Domain): readonly ContractObject[] {
  return tableEntities(domain).map((entity) => ({
    name: entity.name,
    physicalName: entity.table.name,
    physicalType: 'table',
    logicalType: 'object',
    ...described(entity.description),
    ...tagged(entity.tags),
    properties: [...entity.columns.values()]
      .filter(({ inaccessible }) => !inaccessible)
      .map((column) => property(entity, column)),
  }));
}

function property(entity: TableEntity, column: Column): ContractProperty {
  const { field, scalar, list, nullable, tags, description } = column;
  const position = entity.key.findIndex((part) => part.field === field);
  const element = { logicalType: logicalTypes[scalar], physicalType: physicalTypes[scalar] };
  const options = logicalTypeOptions[scalar];
  return {
    name: field,
    physicalName: column.column,
    ...described(description),
    ...(list ? { logicalType: 'array', physicalType: `${element.physicalType}[]`, items: element } : element),
    ...(options === undefined || list ? {} : { logicalTypeOptions: options }),
    required: !nullable,
    ...(position === -1 ? {} : { primaryKey: true as const, primaryKeyPosition: position + 1 }),
    classification: tags[0] ?? entity.tags[0] ?? defaultClassification,
    ...tagged(tags),
  };
}

function described(description: string | undefined): { readonly description?: string } {
  return description === undefined ? {} : { description };
}

function tagged(tags: readonly string[]): { readonly tags?: readonly string[] } {
  return tags.length === 0 ? {} : { tags };
}
