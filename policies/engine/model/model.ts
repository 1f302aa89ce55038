/** What there is to decide about, made of the supergraph and the vocabulary once for a bundle. Plain data. */
import type { Coordinate } from '@portcullis/schema/supergraph/supergraph';
import type { Action } from '../action.ts';
import type { Requirement } from './requirement.ts';

/** Index of a field in bitsets. */
export type FieldId = number;

/** A `Field` entity of Cedar: an output field, an input field, an argument or an enum value. */
export interface FieldEntity {
  readonly coordinate: Coordinate;
  readonly kind: 'field' | 'argument' | 'inputField' | 'enumValue';
  readonly type: string;
  /** The same element of each interface of its type: what rules say of that, they say of this. */
  readonly implements: readonly Coordinate[];
  /** Domains that resolve it: a permit of a domain counts only if each of them permits. */
  readonly owners: readonly string[];
  readonly products: readonly string[];
  /** Its own; its type's and its interfaces' as far as they are not less protective than what it says itself. */
  readonly tags: readonly string[];
  readonly classification: string;
  readonly level: number;
  /** For an output field: what is computed from it is not as sensitive as it is itself. */
  readonly declassified: boolean;
}

/** A `Policy` entity of Cedar: a condition that `@policy` names. */
export interface NamedCondition {
  readonly name: string;
  /** Domains whose elements ask for it. */
  readonly owners: readonly string[];
}

/** What somebody who uses an element does with a field. */
export interface Need {
  readonly field: FieldId;
  readonly action: Action;
  /** Masked is not enough. */
  readonly clear: boolean;
  /** The `read` of what is delivered itself: in a subscription it is `subscribe`. */
  readonly delivered: boolean;
}

/** All that an element of the supergraph stands for. */
export interface ElementNeeds {
  /** Undefined for types, and for what belongs to nobody. */
  readonly itself: FieldId | undefined;
  /** Shared by elements that stand for the same. */
  readonly needs: readonly Need[];
  /** What it uses or is computed of besides, and needs nothing of: fields that stand for columns only, or carry rows. */
  readonly through: readonly FieldId[];
  /** Of the element and what is around it: `@authenticated`, `@requiresScopes`, `@policy`. */
  readonly requirement: Requirement;
  /** The type that it belongs to; undefined for types. */
  readonly parent: string | undefined;
  /** The composite type that it returns, of an output field. */
  readonly returns: string | undefined;
}

/** A composite output type. */
export interface TypeShape {
  /** Its fields' coordinates. */
  readonly fields: readonly Coordinate[];
  /** The object types that it can be; for an object type, itself. */
  readonly possible: readonly string[];
  readonly carrier: boolean;
  /** Where operations start: always there. */
  readonly root: boolean;
}

export interface SubgraphModel {
  /** Obligations that it carries out. */
  readonly enforces: readonly ('rows' | 'groups' | 'columns')[];
  /** Types that it defines or adds to. */
  readonly types: readonly string[];
}

export interface AccessModel {
  readonly fields: readonly FieldEntity[];
  readonly fieldIds: ReadonlyMap<Coordinate, FieldId>;
  readonly elements: ReadonlyMap<Coordinate, ElementNeeds>;
  /** By name: composite output types. */
  readonly types: ReadonlyMap<string, TypeShape>;
  readonly subgraphs: ReadonlyMap<string, SubgraphModel>;
  /** Every scope that `@requiresScopes` names. */
  readonly scopes: readonly string[];
  readonly conditions: readonly NamedCondition[];
}
