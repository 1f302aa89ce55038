/** The domain model: what an authored `schema.graphql` says about types, tables, columns and their relations. Built once, read by all. */
import type { DocumentNode } from 'graphql';

/** The scalars a column can have. An enum's column is text and counts as `String`. */
export const scalarNames = [
  'ID',
  'String',
  'Boolean',
  'Int',
  'Float',
  'Long',
  'Decimal',
  'DateTime',
  'Date',
] as const;

export type ScalarName = (typeof scalarNames)[number];

/** The types that operations start from (GraphQL §3.3.1). */
export const rootTypes = Object.freeze(['Query', 'Mutation', 'Subscription'] as const);

/** The PostgreSQL type that a column of each scalar has, and that a value of it is sent as. */
export const physicalTypes: Readonly<Record<ScalarName, string>> = Object.freeze({
  ID: 'text',
  String: 'text',
  Boolean: 'boolean',
  Int: 'integer',
  Float: 'double precision',
  Long: 'bigint',
  Decimal: 'numeric',
  DateTime: 'timestamptz',
  Date: 'date',
});

/** A value of a row as a statement reads it. */
export interface StoredValue {
  /** The name under which a row holds the value: the field's name, or `@<column>` for a column that is no field. */
  readonly alias: string;
  /** The table's column. */
  readonly column: string;
  readonly scalar: ScalarName;
  readonly list: boolean;
  readonly nullable: boolean;
}

/** A field that is a column of its type's table. */
export interface Column extends StoredValue {
  readonly field: string;
  /** The field's named GraphQL type: a scalar or an enum. */
  readonly type: string;
  readonly dimension: boolean;
  readonly measure: boolean;
  /** `@inaccessible`: no client can see it, so nothing is generated from it. */
  readonly inaccessible: boolean;
  readonly tags: readonly string[];
  readonly description: string | undefined;
}

/** A key field, with the scalar its values are compared as. */
export interface KeyField {
  readonly field: string;
  readonly scalar: ScalarName;
}

/** To-one: columns of this table that hold another type's key. */
export interface Reference {
  readonly field: string;
  /** The field's named type: an entity, or an interface or union of entities. */
  readonly target: string;
  /** Present where the target is abstract: the column that holds the `__typename`. */
  readonly typename: StoredValue | undefined;
  /** In the order of the target's first key. */
  readonly values: readonly StoredValue[];
}

/** To-many: columns of the target's table that hold this type's key. */
export interface Collection {
  readonly field: string;
  readonly target: string;
  /** In the order of this type's first key. */
  readonly by: readonly string[];
}

/** A field served by the domain's own resolver. */
export interface ResolvedField {
  readonly field: string;
  /** Named type of the field: where it is an entity, the resolver may answer with its key alone. */
  readonly type: string;
  readonly needs: readonly Column[];
}

/** What every entity has: an identity, and fields that are not columns. */
interface EntityBase {
  readonly name: string;
  readonly interface: boolean;
  readonly description: string | undefined;
  readonly tags: readonly string[];
  /** The first `@key`; collections, references and cursors go by it. */
  readonly key: readonly KeyField[];
  /** Every resolvable `@key`: the ways the gateway can ask for one. */
  readonly keys: readonly (readonly KeyField[])[];
  readonly collections: ReadonlyMap<string, Collection>;
  readonly resolved: ReadonlyMap<string, ResolvedField>;
  readonly external: ReadonlySet<string>;
}

/** Rows of a table, or those of its rows whose discriminator has one value. */
export interface Table {
  readonly name: string;
  /** `kind: "MOVIE"`: only rows whose column `kind` has this value. */
  readonly kind: string | undefined;
}

/** An entity with rows in this domain. */
export interface TableEntity extends EntityBase {
  readonly source: 'table';
  readonly table: Table;
  readonly columns: ReadonlyMap<string, Column>;
  readonly references: ReadonlyMap<string, Reference>;
  /** Of an interface: the concrete type for each value of the column `kind`. */
  readonly kinds: ReadonlyMap<string, string>;
  readonly product: Product | undefined;
}

/** An entity of another domain, extended here: known by its key only. */
export interface StubEntity extends EntityBase {
  readonly source: 'stub';
}

export type Entity = TableEntity | StubEntity;

/** The root fields that publish a type. */
export interface Product {
  readonly list: string;
  readonly grouped: string;
  /** The columns whose distinct values are the persons, or whatever else, that a minimum size of groups counts. */
  readonly subject: readonly Column[];
}

/** The values of an enum are stored as their names. */
export interface Domain {
  readonly document: DocumentNode;
  readonly entities: ReadonlyMap<string, Entity>;
  /** Concrete types of every object, interface and union, by name. */
  readonly possible: ReadonlyMap<string, readonly string[]>;
  readonly enums: ReadonlyMap<string, readonly string[]>;
  /** Fields of the root types that the domain writes and resolves itself. */
  readonly roots: ReadonlyMap<string, ReadonlyMap<string, ResolvedField>>;
  /** Columns that the serving role reads only for callers who may use one of them, by table. */
  readonly guarded: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The column that tells which concrete type a row of a shared table is. */
export const kindColumn: StoredValue = Object.freeze({
  alias: '@kind',
  column: 'kind',
  scalar: 'String',
  list: false,
  nullable: false,
});

export function tableEntities(domain: Domain): readonly TableEntity[] {
  return [...domain.entities.values()].filter((entity) => entity.source === 'table');
}

/** A table entity by name. The model's own names are always found; a miss is a fault of the kit. */
export function tableEntity(domain: Domain, name: string): TableEntity {
  const entity = domain.entities.get(name);
  if (entity?.source !== 'table') throw new Error(`the model has no table for type ${name}`);
  return entity;
}
