/**
 * What became of each field that was asked for (`extensions.access`): of the operation and the caller's view alone, never of the
 * data, so that it is the same whatever there is.
 */
import type { AccessView } from '@portcullis/policies/engine/view';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import {
  type FieldNode,
  type GraphQLCompositeType,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isUnionType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { forbiddenField } from '../errors.ts';
import { type Operation, showsNothing } from '../program.ts';
import type { Decision } from '../request.ts';

type Outcome =
  | { readonly outcome: 'clear' }
  | { readonly outcome: 'masked'; readonly mask: string }
  /** `ask`: the domains that own the field. */
  | { readonly outcome: 'denied'; readonly message: string; readonly ask: readonly string[] };

/** One response path, on one of the types that can stand there. */
type FieldAccess = Outcome & {
  readonly path: readonly string[];
  readonly coordinate: string;
  /** How many subjects a group needs for this to be told of it. */
  readonly minGroup?: number;
};

interface AccessDetails {
  readonly fields: readonly FieldAccess[];
  /** By object type: whether only some of its rows are there for the caller. */
  readonly rows: Readonly<Record<string, boolean>>;
  /** There are more fields than are told. */
  readonly isCut: boolean;
}

/** Of all texts that are kept; a decision can be kept as long as its operation, and that counts its document alone. */
const keptCharacters = 16 * 1024 * 1024;

/** By a name for the decision, which is of one operation and one view: a text keeps nothing else alive. */
const texts = new LRUCache<object, string>({
  maxSize: keptCharacters,
  sizeCalculation: ({ length }) => length,
});
const names = new WeakMap<Decision, object>();

export interface Explained {
  readonly decision: Decision;
  /** As the client wrote it. */
  readonly operation: Operation;
  readonly supergraph: Supergraph;
}

/** The `extensions` of an answer, or of a refusal of the whole operation, as JSON. */
export function accessExtensions({ decision, operation, supergraph }: Explained): string {
  const name = nameOf(decision);
  const known = texts.get(name);
  if (known !== undefined) return known;
  const { definition } = operation;
  const root = supergraph.api.getRootType(definition.operation);
  const teller = new Teller(supergraph, decision, definition.operation);
  if (root) teller.selections(definition.selectionSet, { type: root, place: placeOf([], 0) });
  const text = JSON.stringify({ access: teller.details() });
  texts.set(name, text);
  return text;
}

function nameOf(decision: Decision): object {
  const known = names.get(decision);
  if (known !== undefined) return known;
  const name = {};
  names.set(decision, name);
  return name;
}

/** An interface of many types can be selected many times. */
const mostFields = 5_000;

/** As many as an operation may have: what is told by type repeats them. */
const mostPathCharacters = 1_000_000;

/** A response path, and what is told there by coordinate: where they are long, texts of them are not made to be compared. */
interface Place {
  readonly path: readonly string[];
  readonly characters: number;
  readonly below: Map<string, Place>;
  /** Indexes of what is told. */
  readonly told: Map<string, number>;
}

function below(place: Place, name: string): Place {
  const known = place.below.get(name);
  if (known !== undefined) return known;
  const made = placeOf([...place.path, name], place.characters + name.length);
  place.below.set(name, made);
  return made;
}

function placeOf(path: readonly string[], characters: number): Place {
  return { path, characters, below: new Map(), told: new Map() };
}

interface Scope {
  readonly type: GraphQLCompositeType;
  readonly place: Place;
  /** Undefined: whatever can be of the type. */
  readonly types?: readonly string[];
}

class Teller {
  readonly #fields: FieldAccess[] = [];
  readonly #rows = new Map<string, boolean>();
  readonly #supergraph: Supergraph;
  readonly #decision: Decision;
  readonly #denied: ReadonlyMap<FieldNode, ReadonlySet<string>>;
  readonly #kind: Parameters<AccessView['maskOf']>[1];
  #pathCharacters = 0;
  #isCut = false;

  constructor(supergraph: Supergraph, decision: Decision, kind: Parameters<AccessView['maskOf']>[1]) {
    this.#supergraph = supergraph;
    this.#decision = decision;
    this.#denied = new Map(decision.denied.map(({ selection, types }) => [selection, types]));
    this.#kind = kind;
  }

  details(): AccessDetails {
    return {
      fields: this.#fields,
      rows: Object.fromEntries(this.#rows),
      isCut: this.#isCut,
    };
  }

  selections(set: SelectionSetNode, { type, place, types = this.#visible(type) }: Scope): void {
    for (const node of set.selections) {
      if (this.#isCut) return;
      if (node.kind === Kind.INLINE_FRAGMENT) {
        const name = node.typeCondition?.name.value;
        const condition = name === undefined ? type : this.#supergraph.api.getType(name);
        if (!isCompositeType(condition)) continue;
        const within = new Set(this.#visible(condition));
        const both = types.filter((each) => within.has(each));
        this.selections(node.selectionSet, { type: condition, place, types: both });
      } else if (node.kind === Kind.FIELD && !node.name.value.startsWith('__')) {
        this.#field(node, { type, place: below(place, (node.alias ?? node.name).value), types });
      }
    }
  }

  #field(node: FieldNode, { type, place, types }: Required<Scope>): void {
    const denied = this.#denied.get(node);
    // Where nothing may be known of any type that can be there, the client's own words are all that is told.
    if (types.length === 0) {
      if (denied !== undefined) this.#add(type.name, node, { place, isDenied: true });
      return;
    }
    for (const each of types) {
      this.#add(each, node, { place, isDenied: denied?.has(each) ?? false });
      if (this.#isCut) return;
    }
    const field = isUnionType(type) ? undefined : type.getFields()[node.name.value];
    const returned = field && getNamedType(field.type);
    const isThere = types.some((each) => denied?.has(each) !== true);
    if (node.selectionSet !== undefined && isCompositeType(returned) && isThere)
      this.selections(node.selectionSet, { type: returned, place });
  }

  #add(
    type: string,
    node: FieldNode,
    { place, isDenied }: { readonly place: Place; readonly isDenied: boolean },
  ): void {
    const coordinate = `${type}.${node.name.value}`;
    const index = place.told.get(coordinate) ?? this.#fields.length;
    if (index === this.#fields.length) {
      this.#pathCharacters += place.characters;
      this.#isCut = index === mostFields || this.#pathCharacters > mostPathCharacters;
      if (this.#isCut) return;
      place.told.set(coordinate, index);
    }
    if (!isDenied) this.#rows.set(type, this.#hasRowFilter(type));
    const minGroup = isDenied ? 0 : this.#minGroup(coordinate);
    this.#fields[index] = {
      path: place.path,
      coordinate,
      ...this.#outcome(coordinate, isDenied),
      ...(minGroup > 0 && { minGroup }),
    };
  }

  #outcome(coordinate: string, isDenied: boolean): Outcome {
    if (isDenied) {
      const { message } = forbiddenField([]);
      return { outcome: 'denied', message, ask: this.#supergraph.elements.get(coordinate)?.owners ?? [] };
    }
    const rule = this.#decision.view.maskOf(coordinate, this.#kind);
    if (rule === undefined) return { outcome: 'clear' };
    // Whatever the rule names: of a type that the mask does not fit, nothing is shown.
    const isNull = this.#decision.masks.get(coordinate) === showsNothing;
    return { outcome: 'masked', mask: isNull ? 'null' : rule.kind };
  }

  /** The largest of those that its subgraphs carry out. */
  #minGroup(coordinate: string): number {
    const uses = this.#supergraph.elements.get(coordinate)?.uses ?? [];
    const numbers = uses.flatMap(({ field, as }) => {
      const [type = '', name = ''] = field.split('.');
      if (as !== 'AGGREGATE') return [];
      return this.#obligations().map(({ groups = {} }) => own(own(groups, type) ?? {}, name) ?? 0);
    });
    return Math.max(0, ...numbers);
  }

  #hasRowFilter(type: string): boolean {
    return this.#obligations().some(({ rows = {} }) => (own(rows, type) ?? []).length > 0);
  }

  #obligations() {
    return [...this.#supergraph.subgraphs.keys()].map((name) => this.#decision.view.obligationsFor(name));
  }

  /** The types that can be there and may be known of. */
  #visible(type: GraphQLCompositeType): readonly string[] {
    const possible = isAbstractType(type) ? this.#supergraph.api.getPossibleTypes(type) : [];
    const names = possible.length === 0 ? [type.name] : possible.map(({ name }) => name);
    return names.filter((name) => !this.#decision.hidden.has(name));
  }
}

/** A type can have a name like `constructor`. */
function own<T>(members: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}
