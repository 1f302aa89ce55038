/**
 * Compiles how an answer is pasted together from replies. What it cannot say in a few ordered pieces it does not say at all:
 * the object tree can do everything.
 */
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { isObjectType, Kind, type SelectionSetNode } from 'graphql';
import type {
  FetchProgram,
  FieldShape,
  MemberPlan,
  ObjectPlan,
  ObjectShape,
  PlanOf,
  ResponseShape,
  ScanPlan,
  ScanValue,
  SourcePlan,
  SpliceProgram,
  ValueShape,
} from '../../program.ts';
import { arrange, type Placed } from './arrange.ts';
import { holesOf } from './holes.ts';
import { membersOf } from './members.ts';
import { onlyTree, unlessOnlyTree } from './only-tree.ts';
import type { Contribution, Mutable, Origin, Place } from './origin.ts';
import { type PassedMember, passedValue } from './passed.ts';
import { requiredNames } from './requires.ts';
import { type Shares, sharesOf } from './shares.ts';
import { Sites } from './sites.ts';
import { Slots } from './slots.ts';

/** Undefined if there is something in it that only the object tree can do. */
export function compileSplice(
  fetches: FetchProgram,
  response: ResponseShape,
  supergraph: Supergraph,
): SpliceProgram | undefined {
  const { steps } = fetches;
  const isSpliceable = steps.every(({ kind, batches }) => kind === 'query' && batches.every(isPlain));
  if (!isSpliceable || steps.length === 0 || response.introspection.length > 0) return undefined;
  return unlessOnlyTree(() => new Compiler(fetches, supergraph).compile(response));
}

/** Rewrites change objects; what stands around an object is not kept; a fetch from the root that is not for the root has no representation to be found by. */
function isPlain({ alias, sites }: FetchProgram['steps'][number]['batches'][number]): boolean {
  return sites.every(
    ({ path, inputRewrites, outputRewrites, contexts }) =>
      inputRewrites.length === 0 &&
      outputRewrites.length === 0 &&
      contexts.length === 0 &&
      (alias === undefined ? path.length === 0 : path.length > 0),
  );
}

/** Types at places that a program is compiled for when they are met; what comes beyond is for the object tree. */
const mostLater = 500;

class Compiler {
  readonly #sites: Sites;
  readonly #supergraph: Supergraph;
  readonly #sources: SourcePlan[][][];
  #drafts: Contribution[] = [];
  #objects = 0;
  #later = 0;

  constructor({ steps }: FetchProgram, supergraph: Supergraph) {
    this.#sites = new Sites(steps);
    this.#supergraph = supergraph;
    this.#sources = steps.map(({ batches }) => batches.map(() => []));
  }

  compile({ root }: ResponseShape): SpliceProgram {
    const { object } = this.#complete(() =>
      this.#object({ path: [], type: root.type, fields: fieldsOf(root, undefined), own: undefined }),
    );
    return { root: object, sources: this.#sources };
  }

  /** What was begun counts only if all of it could be compiled. */
  #complete<T>(compile: () => T): T {
    this.#drafts = [];
    const compiled = compile();
    for (const { step, batch, source } of this.#drafts) this.#sources[step]?.[batch]?.push(source);
    return compiled;
  }

  #object(place: Place): ScanPlan {
    const object: Mutable<ObjectPlan> = { index: this.#objects, holes: [], sources: 0 };
    this.#objects += 1;
    const contributions = this.#contributionsTo(object, place);
    object.sources = contributions.length;
    const own = place.own && { members: membersOf(place.own, this.#meets(place.type)) };
    const placed = arrange(place.fields, own === undefined ? contributions : [own, ...contributions]);
    const slots = new Slots(own, contributions);
    for (const each of contributions) each.source.representation = slots.representation(place.type, each);
    const shares = sharesOf(placed);
    const { holes, before, last } = holesOf(placed, own, shares);
    object.holes = holes;
    for (const each of contributions) {
      const details = { shares, slots: slots.of(each), holes: new Map<string, number>() };
      each.source.members = this.#members(place, each, details);
      each.source.runs = new Set(shares.get(each)?.runs.values()).size;
      each.source.slots = details.slots.size;
    }
    if (own === undefined) return { object, members: [], slots: 0, lastHole: last };
    const details = { shares, slots: slots.of(own), holes: before };
    const members = this.#members(place, own, details);
    return { object, members, slots: details.slots.size, lastHole: last };
  }

  /** In the order of steps: of several that say the same, the first counts. */
  #contributionsTo(object: ObjectPlan, { path, type }: Place): readonly Contribution[] {
    const meets = this.#meets(type);
    const found: Contribution[] = [];
    for (const { step, batch, index, asked, requires } of this.#sites.at(path)) {
      const names = requiredNames(requires ?? [], meets);
      if (requires !== undefined && names.length === 0) continue;
      const source = {
        object,
        index: found.length,
        site: index,
        representation: [],
        members: [],
        runs: 0,
        slots: 0,
      };
      found.push({ step, batch, requires: names, source, members: membersOf([asked], meets) });
    }
    this.#drafts.push(...found);
    return found;
  }

  #members({ path, type }: Place, origin: Origin, { shares, slots, holes }: Details): readonly MemberPlan[] {
    const share = shares.get(origin);
    return [...origin.members].map(([name, { field: asked, below }]) => {
      const field = share?.fields.get(name);
      return {
        key: `${JSON.stringify(name)}:`,
        as: field === undefined || field.field.name === name ? undefined : field.field.key,
        value: this.#value(field, { name, asked, type, below, path }),
        isEmitted: field !== undefined,
        slot: slots.get(name),
        hole: holes.get(name),
        run: share?.runs.get(name) ?? 0,
      };
    });
  }

  #value(field: Placed | undefined, member: PlacedMember): ScanValue {
    if (field?.field.value.kind === 'constant') return { kind: 'typename', text: field.constant };
    if (field === undefined) return passedValue(member, this.#supergraph);
    const value = this.#scanned(field.field.value, { ...member, path: [...member.path, member.name] });
    return field.isShared && 'nonNull' in value ? { ...value, nonNull: true } : value;
  }

  #scanned(shape: ValueShape, member: PlacedMember): ScanValue {
    switch (shape.kind) {
      case 'leaf':
        return shape;
      case 'list':
        return { kind: 'list', nonNull: shape.nonNull, of: this.#scanned(shape.of, member) };
      case 'object':
        return { kind: 'object', nonNull: shape.nonNull, planOf: this.#planOf(shape.object, member) };
      case 'constant':
      case 'denied':
      case 'introspection':
        throw onlyTree;
    }
  }

  #planOf(shape: ObjectShape, { below, path }: PlacedMember): PlanOf {
    if (isObjectType(this.#supergraph.api.getType(shape.type))) {
      const place = { path, type: shape.type, fields: fieldsOf(shape, undefined), own: below };
      return { kind: 'one', plan: this.#object(place) };
    }
    if (!below.every(beginsWithTypename)) throw onlyTree;
    const plans = new Map<string, ScanPlan | undefined>();
    return {
      kind: 'byType',
      plan: (typename) => {
        if (!plans.has(typename) && this.#supergraph.possibleTypes.get(shape.type)?.has(typename)) {
          plans.set(typename, this.#planLater({ shape, typename, path, own: below }));
        }
        return plans.get(typename);
      },
    };
  }

  /** When the type is met. */
  #planLater({ shape, typename, path, own }: Later): ScanPlan | undefined {
    if (this.#later === mostLater) return undefined;
    this.#later += 1;
    return unlessOnlyTree(() =>
      this.#complete(() => this.#object({ path, type: typename, fields: fieldsOf(shape, typename), own })),
    );
  }

  #meets(type: string): (condition: string | undefined) => boolean {
    const { possibleTypes } = this.#supergraph;
    return (condition) =>
      condition === undefined || condition === type || possibleTypes.get(condition)?.has(type) === true;
  }
}

interface PlacedMember extends PassedMember {
  readonly name: string;
  readonly below: readonly SelectionSetNode[];
  readonly path: readonly string[];
}

interface Details {
  readonly shares: Shares;
  readonly slots: ReadonlyMap<string, number>;
  readonly holes: ReadonlyMap<string, number>;
}

interface Later {
  readonly shape: ObjectShape;
  readonly typename: string;
  readonly path: readonly string[];
  readonly own: readonly SelectionSetNode[];
}

function fieldsOf(shape: ObjectShape, typename: string | undefined): readonly FieldShape[] {
  const fields = shape.fieldsOf(typename);
  if (fields === undefined || fields === 'hidden') throw onlyTree;
  return fields;
}

function beginsWithTypename({ selections: [first] }: SelectionSetNode): boolean {
  return first?.kind === Kind.FIELD && first.alias === undefined && first.name.value === '__typename';
}
