/** What somebody who uses an element does with fields: with itself, and with all that it stands for. */
import type { Coordinate, Element, Supergraph, UseKind } from '@portcullis/schema/supergraph/supergraph';
import type { Action } from '../action.ts';
import { elementOf, onPossibleTypes, split } from './elements.ts';
import type { FieldId, Need } from './model.ts';
import { Reach } from './reach.ts';
import { type UnlinkedInputs, unlinkedInputs } from './unlinked-inputs.ts';
import { writeTypes } from './write-types.ts';

const actionOfUse: Readonly<Record<UseKind, Action>> = {
  FILTER: 'filter',
  ORDER: 'filter',
  GROUP: 'filter',
  AGGREGATE: 'aggregate',
  READ: 'read',
  WRITE: 'mutate',
};

type Way = Pick<Need, 'action' | 'clear' | 'delivered'>;

const filtered: Way = { action: 'filter', clear: false, delivered: false };
const input: Way = { action: 'read', clear: true, delivered: false };
const delivered: Way = { action: 'read', clear: false, delivered: true };
const mutated: Way = { action: 'mutate', clear: false, delivered: false };

/** All of one element. */
export interface Closure {
  readonly needs: readonly Need[];
  readonly through: readonly FieldId[];
  /** Elements whose directives hold for whoever uses it; itself first. */
  readonly elements: ReadonlySet<Coordinate>;
}

export class NeedsReader {
  readonly #supergraph: Supergraph;
  readonly #ids: ReadonlyMap<Coordinate, FieldId>;
  readonly #reach: Reach;
  readonly #unlinked: UnlinkedInputs;
  readonly #writes: ReturnType<typeof writeTypes>;
  readonly #reached = new Map<string, Closure>();
  readonly #mutation: string | undefined;

  constructor(supergraph: Supergraph, ids: ReadonlyMap<Coordinate, FieldId>) {
    this.#supergraph = supergraph;
    this.#ids = ids;
    this.#reach = new Reach(supergraph);
    this.#unlinked = unlinkedInputs(supergraph);
    this.#writes = writeTypes(supergraph);
    this.#mutation = supergraph.composed.getMutationType()?.name;
  }

  of(element: Element): Closure {
    const walk = new Walk();
    this.#visit(walk, element.coordinate, this.#ownWay(element));
    const itself = this.#ids.get(element.coordinate);
    if (itself !== undefined) walk.through.delete(itself);
    return this.#withReach(walk);
  }

  #ownWay({ coordinate }: Element): Way {
    return split(coordinate)[0] === this.#mutation ? mutated : delivered;
  }

  #visit(walk: Walk, coordinate: Coordinate, way: Way): void {
    if (!walk.enter(coordinate, way)) return;
    const element = elementOf(this.#supergraph, coordinate);
    walk.elements.add(coordinate);
    if (element.kind === 'field') this.#visitField(walk, element, way);
    else if (element.kind !== 'type') this.#visitInput(walk, element);
    this.#visitUses(walk, element);
    // A filter on a field of an interface reads that field of everything that it can be.
    for (const each of onPossibleTypes(this.#supergraph, element)) this.#visit(walk, each.coordinate, way);
  }

  #visitField(walk: Walk, element: Element, way: Way): void {
    this.#visitItself(walk, element, way);
    for (const each of element.requires) {
      const { kind, declassified } = elementOf(this.#supergraph, each);
      if (kind === 'field' && declassified) this.#visitDeclassified(walk, each);
      else this.#visit(walk, each, kind === 'field' ? input : delivered);
    }
  }

  #visitItself(walk: Walk, element: Element, way: Way): void {
    // What is implemented is only what each that it can be is.
    if (this.#isImplemented(element)) return;
    if (this.#standsForItself(element)) this.#need(walk, element, way);
    else walk.through.add(this.#idOf(element));
  }

  /** What it is computed of is not its owner's to declassify. */
  #visitDeclassified(walk: Walk, coordinate: Coordinate): void {
    if (!walk.enter(coordinate, undefined)) return;
    const element = elementOf(this.#supergraph, coordinate);
    this.#visitUses(walk, element);
    for (const each of element.requires) {
      const { kind, declassified } = elementOf(this.#supergraph, each);
      if (kind === 'field' && declassified) this.#visitDeclassified(walk, each);
      else this.#visit(walk, each, kind === 'field' ? input : delivered);
    }
    // Each that it can be says so for itself.
    for (const each of onPossibleTypes(this.#supergraph, element)) {
      if (each.declassified) this.#visitDeclassified(walk, each.coordinate);
      else this.#visit(walk, each.coordinate, input);
    }
  }

  #visitUses(walk: Walk, { uses }: Element): void {
    for (const use of uses) {
      const action = actionOfUse[use.as];
      this.#visit(walk, use.field, { action, clear: use.as === 'READ', delivered: false });
    }
  }

  /** An input that carries a tag is somebody's data as a column is. */
  #visitInput(walk: Walk, element: Element): void {
    for (const field of this.#unlinked.get(element.coordinate) ?? [])
      walk.reached.set(this.#reach.keyOf(field), field);
    if (element.tags.size === 0) return;
    const { writes, filters } = this.#writes.of(element);
    if (writes) this.#need(walk, element, mutated);
    if (filters) this.#need(walk, element, filtered);
  }

  /** What stands for columns only needs what it uses; what carries rows holds nothing of its own. */
  #standsForItself(element: Element): boolean {
    if (element.uses.length > 0) return element.tags.size > 0;
    const [type] = split(element.coordinate);
    return !elementOf(this.#supergraph, type).carrier;
  }

  #isImplemented({ coordinate }: Element): boolean {
    const [type] = split(coordinate);
    const possible = this.#supergraph.possibleTypes.get(type);
    return possible !== undefined && possible.size > 0 && !possible.has(type);
  }

  #need(walk: Walk, element: Element, way: Way): void {
    walk.add({ field: this.#idOf(element), ...way });
  }

  #idOf({ coordinate }: Element): FieldId {
    const field = this.#ids.get(coordinate);
    if (field === undefined) throw new Error(`\`${coordinate}\` is nothing that rules can be about`);
    return field;
  }

  #withReach(walk: Walk): Closure {
    const reached = [...walk.reached.values()].map((field) => this.#reachedFrom(field));
    const [only] = reached;
    // Thousands of fields can be reached from each of hundreds of arguments: those that can be shared are.
    if (only !== undefined && reached.length === 1 && walk.needs.size === 0 && walk.through.size === 0)
      return { ...only, elements: new Set([...walk.elements, ...only.elements]) };
    for (const { needs, through, elements } of reached) {
      for (const need of needs) walk.add(need);
      for (const field of through) walk.through.add(field);
      for (const element of elements) walk.elements.add(element);
    }
    return closureOf(walk);
  }

  #reachedFrom(field: Element): Closure {
    const key = this.#reach.keyOf(field);
    const known = this.#reached.get(key);
    if (known !== undefined) return known;
    const walk = new Walk();
    for (const column of this.#reach.columnsOf(field)) this.#visit(walk, column, filtered);
    // Columns, and what they are computed of: a field set with unlinked arguments adds what those reach.
    for (const [also, start] of walk.reached) {
      if (also === key) continue;
      for (const column of this.#reach.columnsOf(start)) this.#visit(walk, column, filtered);
    }
    const closure = closureOf(walk);
    this.#reached.set(key, closure);
    return closure;
  }
}

function closureOf({ needs, through, elements }: Walk): Closure {
  return {
    needs: Object.freeze([...needs.values()]),
    through: through.size === 0 ? nothing : Object.freeze([...through]),
    elements,
  };
}

const nothing: readonly never[] = Object.freeze([]);

/** One walk over all that an element stands for. */
class Walk {
  readonly needs = new Map<string, Need>();
  readonly through = new Set<FieldId>();
  readonly elements = new Set<Coordinate>();
  /** Fields from which everything that can be reached is filtered by, by what that is. */
  readonly reached = new Map<string, Element>();
  readonly #visited = new Set<string>();

  enter(coordinate: Coordinate, way: Way | undefined): boolean {
    const key = `${coordinate} ${way?.action} ${way?.clear} ${way?.delivered}`;
    if (this.#visited.has(key)) return false;
    this.#visited.add(key);
    return true;
  }

  add(need: Need): void {
    this.needs.set(`${need.field} ${need.action} ${need.clear} ${need.delivered}`, need);
  }
}
