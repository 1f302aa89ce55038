/** Takes the rules of a bundle apart: which fields each is about, and what has to be asked of Cedar about a caller. */

import { actions } from '../action.ts';
import type { EntityJson } from '../cedar.ts';
import type { Decidable } from '../decidable.ts';
import { ownersOf, type Target, targetsOf, variantsOf } from '../model/targets.ts';
import { about, parseClause, type ResourceAtoms, resourceAtoms } from '../read/clauses.ts';
import { type EntityName, printEntity } from '../read/entity-name.ts';
import type { ResourceHead, Rule } from '../rule.ts';
import { type Bits, emptyBits, fullBits, intersect, isEmpty, members, setBit } from './bits.ts';
import type { Clauses } from './condition-set.ts';

/** What is decided about: actions on fields, and `satisfy` on named conditions. */
export const decisions = Object.freeze([...actions, 'satisfy'] as const);

/** The fields of a rule for which the same has to hold. */
export interface Part {
  /** Indexes of conditions: a permit needs all of them, of a forbid one is enough; none: always. */
  readonly conditions: readonly number[];
  readonly bits: Bits;
}

export interface CompiledRule {
  readonly rule: Rule;
  readonly decisions: readonly number[];
  /** Index of its guard; -1: none. */
  readonly guard: number;
  readonly parts: readonly Part[];
}

export interface Compiled {
  readonly rules: readonly CompiledRule[];
  readonly conditions: readonly Clauses[];
  /** What the conditions name in place of the resource. */
  readonly entities: readonly EntityJson[];
  readonly guards: readonly Guard[];
}

/** What a rule asks of the circumstances. Those of permits and of forbids are told apart: they fail differently. */
export interface Guard {
  readonly effect: Rule['effect'];
  readonly clauses: Clauses;
}

/** Guards are bits of one number. */
const mostGuards = 30;

export function compile({ model, rules }: Pick<Decidable, 'model' | 'rules'>): Compiled {
  const compiler = new Compiler(targetsOf(model));
  const compiled = rules.map((rule) => compiler.rule(rule));
  return { ...compiler.found(), rules: compiled };
}

class Compiler {
  readonly #targets: readonly Target[];
  readonly #index: HeadIndex;
  readonly #conditions = new Numbered<Clauses>();
  readonly #entities = new Map<string, EntityJson>();
  readonly #guards = new Numbered<Guard>();

  constructor(targets: readonly Target[]) {
    this.#targets = targets;
    this.#index = new HeadIndex(targets);
  }

  found(): Omit<Compiled, 'rules'> {
    return {
      conditions: this.#conditions.values,
      entities: [...this.#entities.values()],
      guards: this.#guards.values,
    };
  }

  rule(rule: Rule): CompiledRule {
    const bits = this.#index.of(rule);
    const ofContext = rule.conditions.filter(({ reads }) => reads.context);
    const others = rule.conditions.filter(({ reads }) => !reads.context);
    return {
      rule,
      decisions: decisionsOf(rule),
      guard: ofContext.length === 0 ? -1 : this.#guard(rule.effect, ofContext.map(parseClause)),
      parts: isEmpty(bits) ? [] : this.#parts(bits, others.map(parseClause)),
    };
  }

  #guard(effect: Rule['effect'], clauses: Clauses): number {
    const index = this.#guards.add(`${effect} ${JSON.stringify(clauses)}`, { effect, clauses });
    if (index >= mostGuards)
      throw new Error(
        `more than ${mostGuards} different conditions on the circumstances; say some of them alike`,
      );
    return index;
  }

  #parts(bits: Bits, clauses: Clauses): readonly Part[] {
    if (clauses.length === 0) return [{ conditions: [], bits }];
    const atoms = resourceAtoms(clauses);
    if (!readsResource(atoms)) return [{ conditions: [this.#condition(clauses)], bits }];
    const parts = new Map<string, Part>();
    for (const index of members(bits)) {
      const target = this.#targets[index];
      if (target === undefined) continue;
      const stands = standIns(target, atoms);
      const key = stands.map(({ uid }) => JSON.stringify(uid)).join();
      const known = parts.get(key);
      const part = known ?? {
        conditions: stands.map((entity) => this.#condition(clauses, entity)),
        bits: emptyBits(this.#targets.length),
      };
      setBit(part.bits, index);
      if (known === undefined) parts.set(key, part);
    }
    return [...parts.values()];
  }

  #condition(clauses: Clauses, entity?: StandIn): number {
    if (entity === undefined) return this.#conditions.add(JSON.stringify(clauses), clauses);
    this.#entities.set(printEntity(entity.uid), entity);
    const bound = clauses.map((clause) => about(clause, entity.uid));
    return this.#conditions.add(JSON.stringify(bound), bound);
  }
}

type StandIn = EntityJson & { readonly uid: EntityName };

/** Alike for resources that the clauses cannot tell apart, so that Cedar is asked once for them. */
function standIns(target: Target, { owner, level, memberOf }: ResourceAtoms): readonly StandIn[] {
  const among = new Set(memberOf.map(printEntity));
  // `in` holds of itself too.
  const parents = [target.name, ...target.ancestors].filter((each) => among.has(printEntity(each)));
  const memberships = parents.map(printEntity).sort();
  const distinct = new Map(
    variantsOf(target).map(({ attrs }, index) => {
      const looks = [owner ? ownersOf(target)[index] : '', level ? target.level : '', memberships];
      return [JSON.stringify(looks), attrs] as const;
    }),
  );
  return [...distinct].map(([looks, attrs]) => ({
    uid: { type: target.name.type, id: `like ${looks}` },
    attrs,
    parents: parents.map(({ type, id }) => ({ type, id })),
  }));
}

function readsResource({ owner, level, memberOf }: ResourceAtoms): boolean {
  return owner || level || memberOf.length > 0;
}

/** The targets of heads. */
class HeadIndex {
  readonly #size: number;
  readonly #members = new Map<string, Bits>();
  readonly #owned = new Map<string, Bits>();
  readonly #kinds = { Field: new Map<string, Bits>(), Policy: new Map<string, Bits>() };
  readonly #all: { readonly Field: Bits; readonly Policy: Bits };

  constructor(targets: readonly Target[]) {
    this.#size = targets.length;
    this.#all = { Field: emptyBits(this.#size), Policy: emptyBits(this.#size) };
    for (const [index, { name, owners, ancestors }] of targets.entries()) {
      const kind = name.type === 'Policy' ? 'Policy' : 'Field';
      setBit(this.#all[kind], index);
      setBit(this.#under(this.#kinds[kind], name.id), index);
      for (const each of [name, ...ancestors]) setBit(this.#under(this.#members, printEntity(each)), index);
      for (const owner of owners) setBit(this.#under(this.#owned, owner), index);
    }
  }

  /** What its head names, of what belongs to its domain. */
  of(rule: Rule): Bits {
    const bits = Uint32Array.from(this.#named(rule.resource));
    // What is named as a condition is satisfied; everything else is done with fields.
    intersect(bits, this.#all[rule.actions?.has('satisfy') ? 'Policy' : 'Field']);
    if (rule.scope !== 'global') intersect(bits, this.#owned.get(rule.scope) ?? emptyBits(this.#size));
    return bits;
  }

  #named(head: ResourceHead): Bits {
    if (head.kind === 'all') return fullBits(this.#size);
    const { kind, type, id } = head;
    if (kind === 'in') return this.#members.get(printEntity({ type, id })) ?? emptyBits(this.#size);
    if (type === 'Field' || type === 'Policy') return this.#kinds[type].get(id) ?? emptyBits(this.#size);
    return emptyBits(this.#size);
  }

  #under(sets: Map<string, Bits>, key: string): Bits {
    const known = sets.get(key);
    if (known !== undefined) return known;
    const bits = emptyBits(this.#size);
    sets.set(key, bits);
    return bits;
  }
}

/** Values, each once, by number. */
class Numbered<Value> {
  readonly values: Value[] = [];
  readonly #numbers = new Map<string, number>();

  add(key: string, value: Value): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.values.length);
    return this.values.push(value) - 1;
  }
}

function decisionsOf({ actions: named }: Rule): readonly number[] {
  return [...decisions.keys()].filter((index) => {
    const decision = decisions[index];
    if (decision === undefined) return false;
    return named === undefined ? decision !== 'satisfy' : named.has(decision);
  });
}
