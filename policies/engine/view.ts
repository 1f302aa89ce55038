/** What one caller may do with everything there is, and under which obligations: all that a request is decided by. */
import type { Coordinate } from '@portcullis/schema/supergraph/supergraph';
import type { MaskRule } from './rule.ts';

export type OperationKind = 'query' | 'mutation' | 'subscription';

export interface AccessView {
  /** Key of the bundle, fingerprint, guard mask: equal keys, equal rights. */
  readonly key: string;
  /** All needs of the element, directives included. */
  allows(coordinate: Coordinate, operation: OperationKind): boolean;
  /** Of a field that is allowed. */
  maskOf(coordinate: Coordinate, operation: OperationKind): MaskRule | undefined;
  /** One frozen object for each subgraph. */
  obligationsFor(subgraph: string): Obligations;
}

/** What a subgraph has to carry out; JSON, as it stands in the Txn-Token's `tctx.obligations`. */
export interface Obligations {
  /** By type: rows for which all of these hold. `value` is bound already. */
  readonly rows?: Readonly<Record<string, readonly RowCondition[]>>;
  /** By type, by field: how many subjects a group needs whose aggregates use that field. */
  readonly groups?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** By type: fields that may not be used in any way, or not in some. */
  readonly denied?: Readonly<Record<string, DeniedFields | DeniedUses>>;
}

export interface RowCondition {
  readonly field: string;
  readonly op: '=' | 'in' | '<=' | '>=';
  readonly value: string | number | readonly string[];
}

/** `*`: all of the type. */
export type DeniedFields = readonly string[] | '*';

export interface DeniedUses {
  /** May not be fetched at all. */
  readonly read?: DeniedFields;
  readonly filter?: DeniedFields;
  readonly aggregate?: DeniedFields;
}

const nothing: Obligations = Object.freeze({});

/** `--open`: everything is allowed to everybody. */
export const openView: AccessView = Object.freeze({
  key: 'open',
  allows: () => true,
  maskOf: () => undefined,
  obligationsFor: () => nothing,
});
