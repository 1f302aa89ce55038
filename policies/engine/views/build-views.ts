/** Builds the views of callers. Here, and only here, decisions ask Cedar: once for each kind of caller or circumstances. */

import type { Decidable } from '../decidable.ts';
import type { Circumstances, Subject } from '../subject.ts';
import { principalEntity } from '../vocabulary/attributes.ts';
import { bind } from './bind.ts';
import { type Bits, emptyBits, unite } from './bits.ts';
import { type Compiled, type CompiledRule, compile, type Guard, type Part } from './compile.ts';
import { type ConditionSet, createConditionSet, type Outcome } from './condition-set.ts';
import { fingerprintOf } from './fingerprint.ts';
import { outsideOf } from './products.ts';
import type { BoundObligation, Forbid, Permit, ViewData } from './view-data.ts';

export interface ViewBuilder {
  build(subject: Subject): ViewData;
  /** The guards that hold, as bits. */
  guards(circumstances: Circumstances): number;
}

/** @throws Error if the rules cannot be compiled */
export function createViewBuilder(
  bundle: Decidable,
  setOf: typeof createConditionSet = createConditionSet,
): ViewBuilder {
  const compiled = compile(bundle);
  const conditions = setOf(compiled.conditions);
  const guards = setOf(compiled.guards.map(({ clauses }) => clauses));
  return {
    build: (subject) => build({ bundle, compiled, conditions }, subject),
    guards: (circumstances) => guardsIn(compiled.guards, guards, circumstances),
  };
}

interface Building {
  readonly bundle: Decidable;
  readonly compiled: Compiled;
  readonly conditions: ConditionSet;
}

function build({ bundle, compiled, conditions }: Building, subject: Subject): ViewData {
  const { model, vocabulary } = bundle;
  const principal = principalEntity(vocabulary.attributes, subject);
  const outcome = conditions.evaluate([principal, ...compiled.entities], {});
  const collected = new Collected(model.fields.length + model.conditions.length);
  for (const each of compiled.rules) {
    if (!isFor(each, subject)) continue;
    const bits = collected.bitsOf(each.parts.filter((part) => applies(each, part, outcome)));
    if (bits === undefined) continue;
    const { obligation, id } = each.rule;
    if (obligation === undefined) collected.add(each, bits);
    else
      collected.obligations.push({
        rule: id,
        guard: each.guard,
        decisions: each.decisions,
        bits,
        what: bind(obligation, subject, vocabulary),
      });
  }
  const named = new Set(model.scopes);
  return {
    fingerprint: fingerprintOf(bundle, subject),
    authenticated: subject.kind !== 'anonymous',
    scopes: [...subject.scopes].filter((scope) => named.has(scope)).sort(),
    outside: outsideOf(model, subject),
    permits: [...collected.permits.values()],
    forbids: [...collected.forbids.values()],
    obligations: collected.obligations,
  };
}

function isFor({ rule: { principal } }: CompiledRule, subject: Subject): boolean {
  if (principal.kind === 'all') return true;
  const held = { Role: subject.roles, Team: subject.teams, Scope: subject.scopes }[principal.type];
  return held.has(principal.id);
}

/** What cannot be evaluated permits nothing and forbids what it could. */
function applies({ rule }: CompiledRule, { conditions }: Part, { holds, failed }: Outcome): boolean {
  if (rule.effect === 'permit') return conditions.every((each) => holds.has(each) && !failed.has(each));
  return conditions.length === 0 || conditions.some((each) => holds.has(each) || failed.has(each));
}

function guardsIn(guards: readonly Guard[], set: ConditionSet, circumstances: Circumstances): number {
  const { zone, hour, breakGlass } = circumstances;
  const context = { zone: { __entity: { type: 'Zone', id: zone } }, hour, breakGlass };
  const { holds, failed } = set.evaluate([], context);
  let mask = 0;
  for (const [index, { effect }] of guards.entries()) {
    const isOn = failed.has(index) ? effect === 'forbid' : holds.has(index);
    if (isOn) mask |= 1 << index;
  }
  return mask;
}

/** What applies, put together where it works alike. */
class Collected {
  readonly permits = new Map<string, Permit>();
  readonly forbids = new Map<string, Forbid>();
  readonly obligations: BoundObligation[] = [];
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  bitsOf(parts: readonly Part[]): Bits | undefined {
    if (parts.length === 0) return undefined;
    // Its own: the view can be handed over, buffers and all.
    const bits = emptyBits(this.#size);
    for (const each of parts) unite(bits, each.bits);
    return bits;
  }

  add({ rule: { effect, scope }, guard, decisions }: CompiledRule, bits: Bits): void {
    for (const decision of decisions) {
      if (effect === 'permit') {
        const key = `${decision} ${guard} ${scope}`;
        const known = this.permits.get(key) ?? { decision, guard, scope, bits: emptyBits(this.#size) };
        unite(known.bits, bits);
        this.permits.set(key, known);
      } else {
        const key = `${decision} ${guard}`;
        const known = this.forbids.get(key) ?? { decision, guard, bits: emptyBits(this.#size) };
        unite(known.bits, bits);
        this.forbids.set(key, known);
      }
    }
  }
}
