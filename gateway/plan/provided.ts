/** What the fetches of a plan provide when its conditions have given values: the plan, carried out on types instead of data. */
import type {
  FetchDataRewrite,
  FetchNode,
  PlanNode,
  QueryPlan,
  QueryPlanSelectionNode,
} from '@apollo/query-planner';
import { type FieldNode, type FragmentDefinitionNode, Kind, parse, type SelectionSetNode } from 'graphql';
import { type Assignment, isIncluded } from './assignments.ts';
import {
  createPlace,
  difference,
  interfaceName,
  intersection,
  merge,
  type Place,
  provide,
  type TypeNames,
  take,
} from './place.ts';
import { signatureOf } from './signature.ts';
import type { SubgraphTypes } from './subgraph-types.ts';

/** What has to be known of the graph. */
export interface GraphTypes {
  /** Object types by the name of a composite type of the supergraph. */
  readonly possibleTypes: ReadonlyMap<string, TypeNames>;
  readonly subgraphs: ReadonlyMap<string, SubgraphTypes>;
  /** What all subgraphs agree that a field can return, by the field's coordinate on an object type. */
  readonly agreed: ReadonlyMap<string, TypeNames>;
  /** Signatures by the name of the stand-in for them. */
  readonly standIns: ReadonlyMap<string, string>;
}

const nothing: TypeNames = new Set();

export function providedBy(
  { node }: QueryPlan,
  root: string,
  context: { readonly graph: GraphTypes; readonly assignment: Assignment },
): Place {
  const place = createPlace(new Set([root]));
  const run = new Run(place, root, context.graph, context.assignment);
  if (node?.kind === 'Subscription') {
    run.node(node.primary, []);
    if (node.rest !== undefined) run.node(node.rest, []);
  } else if (node !== undefined) {
    run.node(node, []);
  }
  return place;
}

class Run {
  readonly #root: Place;
  readonly #rootType: string;
  readonly #graph: GraphTypes;
  readonly #assignment: Assignment;

  constructor(root: Place, rootType: string, graph: GraphTypes, assignment: Assignment) {
    this.#root = root;
    this.#rootType = rootType;
    this.#graph = graph;
    this.#assignment = assignment;
  }

  node(node: PlanNode, path: readonly (string | number)[]): void {
    switch (node.kind) {
      case 'Fetch':
        for (const place of placesAt(this.#root, path)) this.#fetch(node, place);
        break;
      case 'Flatten':
        this.node(node.node, [...path, ...node.path]);
        break;
      case 'Sequence':
      case 'Parallel':
        for (const each of node.nodes) this.node(each, path);
        break;
      case 'Condition': {
        const branch = this.#assignment.get(node.condition) === true ? node.ifClause : node.elseClause;
        if (branch !== undefined) this.node(branch, path);
        break;
      }
      case 'Defer':
        if (node.primary.node !== undefined) this.node(node.primary.node, path);
        for (const deferred of node.deferred) if (deferred.node !== undefined) this.node(deferred.node, path);
    }
  }

  #fetch(fetch: FetchNode, place: Place): void {
    const types = fetch.requires === undefined ? place.possible : this.#represented(place, fetch.requires);
    const subgraph = this.#graph.subgraphs.get(fetch.serviceName);
    if (types.size === 0 || subgraph === undefined) return;
    const reply = createPlace(types);
    const { agreed } = this.#graph;
    new Reply(fetch, { subgraph, agreed, assignment: this.#assignment }).read(reply, this.#rootType);
    for (const rewrite of fetch.outputRewrites ?? []) this.#rewrite(reply, rewrite);
    merge(place, reply, types);
  }

  /** The types of which every object has a representation: all that is required of them has been provided. */
  #represented(place: Place, requires: readonly QueryPlanSelectionNode[]): TypeNames {
    const matched = new Set<string>();
    let unmet = nothing;
    for (const selection of requires) {
      if (selection.kind !== 'InlineFragment' || selection.typeCondition === undefined) continue;
      const types = intersection(place.possible, this.#possible(selection.typeCondition));
      for (const type of types) matched.add(type);
      unmet = new Set([...unmet, ...this.#unmet(place, selection.selections, types)]);
    }
    return difference(matched, unmet);
  }

  #unmet(place: Place, selections: readonly QueryPlanSelectionNode[], types: TypeNames): TypeNames {
    const unmet = new Set<string>();
    for (const selection of selections) {
      if (selection.kind === 'InlineFragment') {
        const { typeCondition } = selection;
        const within =
          typeCondition === undefined ? types : intersection(types, this.#possible(typeCondition));
        for (const type of this.#unmet(place, selection.selections, within)) unmet.add(type);
        continue;
      }
      const answers = (place.answers.get(selection.alias ?? selection.name) ?? []).filter(
        ({ signature }) => signature !== undefined && this.#answersTo(signature, selection.name),
      );
      for (const type of difference(types, ...answers.map((answer) => answer.types))) unmet.add(type);
      for (const { types: answered, below } of answers) {
        if (below === undefined || selection.selections === undefined) continue;
        if (this.#unmet(below, selection.selections, below.possible).size === 0) continue;
        for (const type of intersection(answered, types)) unmet.add(type);
      }
    }
    return unmet;
  }

  /** A representation is made of fields, and must not be made of another field that has their name as its alias. */
  #answersTo(signature: string, name: string): boolean {
    const standsFor = this.#graph.standIns.get(name);
    if (standsFor !== undefined) return signature === standsFor;
    return signature === name || (signature === interfaceName && name === '__typename');
  }

  #rewrite(reply: Place, rewrite: FetchDataRewrite): void {
    if (rewrite.kind !== 'KeyRenamer') return;
    const last = rewrite.path.at(-1);
    if (last === undefined) return;
    const rename = (place: Place, types: TypeNames, [step, ...rest]: readonly string[]): void => {
      if (step?.startsWith('... on ')) {
        rename(place, intersection(types, this.#possible(step.slice('... on '.length))), rest);
      } else if (step !== undefined && rest.length > 0) {
        for (const { types: answered, below } of place.answers.get(step) ?? []) {
          if (below !== undefined && intersection(answered, types).size > 0)
            rename(below, below.possible, rest);
        }
      } else {
        const taken = createPlace(types);
        taken.answers.set(rewrite.renameKeyTo, take(place, last, types));
        merge(place, taken, types);
      }
    };
    rename(reply, reply.possible, rewrite.path);
  }

  #possible(type: string): TypeNames {
    return this.#graph.possibleTypes.get(type) ?? nothing;
  }
}

/** Lists have no place of their own: what holds for a list holds for each of its items. */
function placesAt(place: Place, path: readonly (string | number)[]): readonly Place[] {
  let places: readonly Place[] = [place];
  for (const step of path) {
    if (step === '@') continue;
    places = places.flatMap(({ answers }) =>
      (answers.get(String(step)) ?? []).flatMap(({ below }) => below ?? []),
    );
  }
  return places;
}

interface ReplyContext {
  readonly subgraph: SubgraphTypes;
  readonly agreed: GraphTypes['agreed'];
  readonly assignment: Assignment;
}

/** What one subgraph answers to one fetch. */
class Reply {
  readonly #subgraph: SubgraphTypes;
  readonly #agreed: GraphTypes['agreed'];
  readonly #assignment: Assignment;
  readonly #operation: SelectionSetNode;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  /** Variables of contextual arguments. */
  readonly #contextual: ReadonlySet<string>;
  readonly #isEntities: boolean;

  constructor(fetch: FetchNode, { subgraph, agreed, assignment }: ReplyContext) {
    this.#subgraph = subgraph;
    this.#agreed = agreed;
    this.#assignment = assignment;
    this.#contextual = new Set(fetch.contextRewrites?.map(({ renameKeyTo }) => renameKeyTo));
    this.#isEntities = fetch.requires !== undefined;
    let operation: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [] };
    for (const each of parse(fetch.operation, { noLocation: true }).definitions) {
      if (each.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(each.name.value, each);
      if (each.kind === Kind.OPERATION_DEFINITION) operation = each.selectionSet;
    }
    this.#operation = operation;
  }

  read(reply: Place, rootType: string): void {
    const [entities] = this.#operation.selections;
    if (!this.#isEntities) {
      this.#read(this.#operation, {
        place: reply,
        types: reply.possible,
        type: rootType,
        isRepresented: false,
      });
    } else if (entities?.kind === Kind.FIELD && entities.selectionSet !== undefined) {
      this.#read(entities.selectionSet, {
        place: reply,
        types: reply.possible,
        type: '_Entity',
        isRepresented: true,
      });
    }
  }

  #read(set: SelectionSetNode, at: At): void {
    for (const node of set.selections) {
      if (!isIncluded(node, this.#assignment)) continue;
      if (node.kind === Kind.FIELD) {
        this.#field(node, at);
      } else {
        const fragment = node.kind === Kind.FRAGMENT_SPREAD ? this.#fragments.get(node.name.value) : node;
        if (fragment !== undefined)
          this.#read(fragment.selectionSet, this.#narrow(at, fragment.typeCondition?.name.value));
      }
    }
  }

  #narrow(at: At, condition: string | undefined): At {
    if (condition === undefined) return at;
    const types = intersection(at.types, this.#subgraph.possible.get(condition) ?? nothing);
    return { ...at, types, type: condition };
  }

  #field(node: FieldNode, { place, types, type, isRepresented }: At): void {
    if (types.size === 0) return;
    const name = node.alias?.value ?? node.name.value;
    if (node.name.value === '__typename') {
      const signature = this.#subgraph.interfaceObjects.has(type) ? interfaceName : '__typename';
      provide(place, { name, types, signature, possible: undefined });
      return;
    }
    const coordinate = `${type}.${node.name.value}`;
    // The subgraph was not given what it requires: it computes the field from nothing.
    if (!isRepresented && this.#subgraph.requiring.has(coordinate)) return;
    const returned = this.#subgraph.fields.get(coordinate);
    const possible = node.selectionSet && this.#returned(returned, types, node.name.value);
    const below = provide(place, { name, types, signature: signatureOf(node, this.#contextual), possible });
    if (node.selectionSet === undefined || returned === undefined) return;
    for (const each of below)
      this.#read(node.selectionSet, {
        place: each,
        types: each.possible,
        type: returned,
        isRepresented: false,
      });
  }

  #returned(returned: string | undefined, types: TypeNames, field: string): TypeNames {
    const own = this.#subgraph.possible.get(returned ?? '') ?? nothing;
    const agreed = [...types].map((type) => this.#agreed.get(`${type}.${field}`));
    if (agreed.some((each) => each === undefined)) return own;
    return intersection(own, new Set(agreed.flatMap((each) => [...(each ?? [])])));
  }
}

/** Where a selection set of a fetch stands: in a place, on some of its types, as a type of the subgraph. */
interface At {
  readonly place: Place;
  readonly types: TypeNames;
  readonly type: string;
  /** Whether its objects are those whose representations were sent. */
  readonly isRepresented: boolean;
}
