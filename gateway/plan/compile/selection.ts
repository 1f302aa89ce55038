/** What a fetch asks for, as its answer is read: by name, and by what the schema says that it is. */
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import {
  type FieldNode,
  type GraphQLOutputType,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { InternalError } from '../../errors.ts';
import type { Leaf, ReplyField, ReplySelection, ReplyValue } from '../../program.ts';
import { intersection, type TypeNames } from '../place.ts';
import { leafOf } from './leaf.ts';

/** Selections, and the type of the objects that they are on; undefined: entities. */
export interface TypedSelections {
  readonly set: SelectionSetNode;
  readonly type: string | undefined;
  /** Whether it is asked of all of these objects: of several selections below one name, each may have been for other types. */
  readonly isForAll: boolean;
}

/** Who answers, and in which graph. */
export interface Answerer {
  readonly supergraph: Supergraph;
  readonly subgraph: string;
}

export function replySelection(sets: readonly TypedSelections[], answering: Answerer): ReplySelection {
  const { supergraph } = answering;
  const drafts = new Map<string, Draft>();
  const known = sets.map(({ type }) => (type === undefined ? undefined : possible(type, supergraph)));
  const all = known.includes(undefined) ? undefined : union(known);
  for (const [index, { set, type, isForAll }] of sets.entries()) {
    collect(set, { type, types: known[index], all, isForAll }, { ...answering, drafts });
  }
  const fields = new Map<string, ReplyField>();
  for (const [name, draft] of drafts) fields.set(name, { on: draft.on, value: replyValue(draft, answering) });
  return { fields };
}

/** A response name. Wherever else it stands here, it has the same shape (GraphQL §5.3.2, SameResponseShape). */
interface Draft {
  readonly node: FieldNode;
  /** The types on which it is selected; undefined: entities. */
  readonly parents: (string | undefined)[];
  readonly below: Below[];
  /** Objects of these types have it, or else it is missing; undefined: of all types. */
  on: TypeNames | undefined;
}

interface Below extends Omit<TypedSelections, 'isForAll'> {
  readonly on: TypeNames | undefined;
}

interface Place {
  readonly type: string | undefined;
  /** Object types that can stand here; undefined: whichever there are. */
  readonly types: TypeNames | undefined;
  /** The same without the conditions around the place. */
  readonly all: TypeNames | undefined;
  readonly isForAll: boolean;
}

interface Collecting extends Answerer {
  readonly drafts: Map<string, Draft>;
}

/** The planner's fetches have inline fragments only; the parts of one response name can stand in several. */
function collect({ selections }: SelectionSetNode, place: Place, collecting: Collecting): void {
  for (const node of selections) {
    if (node.kind === Kind.INLINE_FRAGMENT) {
      collect(node.selectionSet, narrowed(place, node.typeCondition?.name.value, collecting), collecting);
    } else if (node.kind === Kind.FIELD) {
      collectField(node, place, collecting);
    }
  }
}

function narrowed(place: Place, condition: string | undefined, { supergraph }: Collecting): Place {
  if (condition === undefined) return place;
  const own = possible(condition, supergraph);
  const types = place.types === undefined ? own : intersection(place.types, own);
  return { ...place, type: condition, types };
}

function collectField(
  node: FieldNode,
  { type, types, all, isForAll }: Place,
  { supergraph, subgraph, drafts }: Collecting,
): void {
  const name = (node.alias ?? node.name).value;
  const here = types === undefined || types.size === all?.size ? undefined : types;
  const on = isForAll ? here : nobody;
  const known = drafts.get(name);
  const draft = known ?? { node, parents: [], below: [], on };
  if (known === undefined) drafts.set(name, draft);
  else known.on = known.on === undefined || on === undefined ? undefined : union([known.on, on]);
  draft.parents.push(type);
  if (node.selectionSet === undefined) return;
  const element = supergraph.elements.get(`${type}.${node.name.value}`);
  const returned = element?.typeIn.get(subgraph) ?? getNamedType(typeOf(node, type, supergraph)).name;
  draft.below.push({ set: node.selectionSet, type: returned, on });
}

const nobody: TypeNames = new Set();

function replyValue({ node, parents, below, on }: Draft, answering: Answerer): ReplyValue {
  const { supergraph } = answering;
  if (node.name.value === '__typename')
    return { kind: 'leaf', nonNull: true, leaf: typename(parents, supergraph) };
  const type = typeOf(node, parents[0], supergraph);
  const selection = isCompositeType(getNamedType(type))
    ? replySelection(
        below.map((each) => ({ ...each, isForAll: below.length === 1 || isSame(each.on, on) })),
        answering,
      )
    : undefined;
  return shaped(type, selection);
}

/** Of types, and of all that they are a part of. */
function isSame(part: TypeNames | undefined, all: TypeNames | undefined): boolean {
  return part === undefined ? all === undefined : part.size > 0 && part.size === all?.size;
}

function shaped(type: GraphQLOutputType, selection: ReplySelection | undefined): ReplyValue {
  const nonNull = isNonNullType(type);
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (isListType(nullable)) return { kind: 'list', nonNull, of: shaped(nullable.ofType, selection) };
  if (selection !== undefined) return { kind: 'object', nonNull, selection };
  return { kind: 'leaf', nonNull, leaf: leafOf(nullable) };
}

/** Who serves an interface as an object (`@interfaceObject`) calls it by the interface's name, and a root as it likes. */
function typename(types: readonly (string | undefined)[], supergraph: Supergraph): Leaf {
  const { composed } = supergraph;
  const roots = [composed.getQueryType(), composed.getMutationType(), composed.getSubscriptionType()];
  const isFree = (type: string | undefined) =>
    type === undefined || roots.some((root) => root?.name === type);
  if (types.some(isFree)) return { kind: 'String' };
  const names = types.flatMap((type = '') => {
    const own = possible(type, supergraph);
    return isInterfaceType(composed.getType(type)) ? [own, new Set([type])] : [own];
  });
  return { kind: 'enum', values: union(names) };
}

function typeOf(
  { name }: FieldNode,
  parent: string | undefined,
  { composed }: Supergraph,
): GraphQLOutputType {
  const type = parent === undefined ? undefined : composed.getType(parent);
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name.value] : undefined;
  if (field === undefined)
    throw new InternalError(
      `the plan asks for \`${parent}.${name.value}\`, which the supergraph does not have`,
    );
  return field.type;
}

function possible(type: string, { possibleTypes }: Supergraph): TypeNames {
  return possibleTypes.get(type) ?? new Set();
}

function union(sets: readonly (TypeNames | undefined)[]): TypeNames {
  const [only, ...others] = sets;
  if (only !== undefined && others.length === 0) return only;
  return new Set(sets.flatMap((each) => [...(each ?? [])]));
}
