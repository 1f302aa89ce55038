/** What becomes of rules that meet: whoever is given more roles gets all limits of each, and a rule more opens nothing unless it permits. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Decidable } from '../decidable.ts';
import { media, moments, subject } from '../fixture/media.ts';
import {
  obligation,
  randomCircumstances,
  randomRules,
  randomSubject,
  resource,
} from '../fixture/random-rules.ts';
import { member, ruleOf } from '../fixture/rules.ts';
import type { MaskRule, Rule } from '../rule.ts';
import type { Circumstances, Subject } from '../subject.ts';
import type { AccessView } from '../view.ts';
import { createViewBuilder } from './build-views.ts';
import { stricter } from './masks.ts';
import { resolveView } from './resolve-view.ts';

const bundle = media({
  enforces: { audience: ['rows', 'groups', 'columns'], live: ['rows', 'groups', 'columns'] },
});
const coordinates = [...bundle.model.elements.keys()];
const subgraphs = [...bundle.model.subgraphs.keys()];

function viewOf(rules: readonly Rule[], who: Subject, when: Circumstances = moments.noon): AccessView {
  const decidable: Decidable = { ...bundle, rules };
  const builder = createViewBuilder(decidable);
  return resolveView(decidable, builder.build(who), builder.guards(when));
}

const allowedBy = (view: AccessView) => coordinates.filter((each) => view.allows(each, 'query'));

/** Each condition on rows as a text, under its type. */
function rowsOf(view: AccessView): ReadonlySet<string> {
  const all = subgraphs.flatMap((subgraph) => Object.entries(view.obligationsFor(subgraph).rows ?? {}));
  return new Set(all.flatMap(([type, conditions]) => conditions.map((each) => type + JSON.stringify(each))));
}

/** All that a view says. */
const told = (view: AccessView) => ({
  allowed: allowedBy(view),
  masks: allowedBy(view).map((each) => view.maskOf(each, 'query')),
  obligations: subgraphs.map((each) => view.obligationsFor(each)),
});

const isAsStrict = (mask: MaskRule | undefined, other: MaskRule | undefined) =>
  other === undefined || (mask !== undefined && stricter(mask, other).kind === mask.kind);

describe('O06 rules that meet', () => {
  /** Each owner permits as well as everybody: else little would be open. */
  const permits = ['global', ...subgraphs].map((scope) => ruleOf({ id: `${scope}.everything` }));
  const met = fc.record({
    rules: randomRules(bundle.model).map((rules) => [...permits, ...rules.slice(0, 6)]),
    who: randomSubject,
    when: randomCircumstances,
  });

  it('say the same in whichever order they stand', () => {
    fc.assert(
      fc.property(met, fc.infiniteStream(fc.nat()), ({ rules, who, when }, keys) => {
        const shuffled = rules
          .map((rule) => ({ rule, key: keys.next().value }))
          .sort((one, other) => one.key - other.key)
          .map(({ rule }) => rule);
        expect(told(viewOf(shuffled, who, when))).toEqual(told(viewOf(rules, who, when)));
      }),
      { seed: 6, numRuns: 60 },
    );
  });

  it('open nothing by one more that forbids, and loosen no mask', () => {
    let closed = 0;
    const more = fc.record({ resource: resource(bundle.model), obligation });
    fc.assert(
      fc.property(met, more, ({ rules, who, when }, added) => {
        const before = viewOf(rules, who, when);
        const forbid = ruleOf({ id: 'global.more', effect: 'forbid', ...added });
        const after = viewOf([...rules, forbid], who, when);
        const left = new Set(allowedBy(after));
        closed += allowedBy(before).filter((each) => !left.has(each)).length;
        expect([...left].filter((each) => !before.allows(each, 'query'))).toEqual([]);
        for (const each of left)
          expect([each, isAsStrict(after.maskOf(each, 'query'), before.maskOf(each, 'query'))]).toEqual([
            each,
            true,
          ]);
      }),
      { seed: 7, numRuns: 100 },
    );
    expect(closed).toBeGreaterThan(200);
  });

  it('close nothing by one more that permits', () => {
    fc.assert(
      fc.property(met, resource(bundle.model), ({ rules, who, when }, of) => {
        const after = viewOf([...rules, ruleOf({ id: 'global.more', resource: of })], who, when);
        expect(allowedBy(viewOf(rules, who, when)).filter((each) => !after.allows(each, 'query'))).toEqual(
          [],
        );
      }),
      { seed: 8, numRuns: 60 },
    );
  });
});

describe('O06 roles that are merged', () => {
  const roles = ['analyst', 'support-agent'] as const;
  const attributes = { region: 'EU', markets: ['DK'], clearance: 1 };
  const as = (...held: readonly string[]) => subject({ roles: held, attributes });
  const limits = fc
    .array(fc.record({ role: fc.constantFrom(...roles), resource: resource(bundle.model), obligation }), {
      minLength: 2,
      maxLength: 8,
    })
    .map((all) =>
      all.map(({ role, ...given }, index) =>
        ruleOf({ ...given, id: `global.limit-${index}`, effect: 'forbid', principal: member('Role', role) }),
      ),
    );
  const everything = ruleOf({ id: 'global.everything' });

  it('have the limits of each: what any denies, any mask, every condition on rows', () => {
    const sums = { denied: 0, masked: 0, rows: 0 };
    fc.assert(
      fc.property(limits, (rules) => {
        const of = (...held: readonly string[]) => viewOf([everything, ...rules], as(...held));
        const [one, other, both] = [of(roles[0]), of(roles[1]), of(...roles)];
        expect(told(of(...roles.toReversed()))).toEqual(told(both));
        const open = new Set(allowedBy(both));
        for (const each of coordinates) {
          const isOpen = one.allows(each, 'query') && other.allows(each, 'query');
          if (!isOpen) sums.denied += 1;
          expect([each, open.has(each) && !isOpen]).toEqual([each, false]);
          if (!open.has(each)) continue;
          const masks = [one, other].flatMap((view) => view.maskOf(each, 'query') ?? []);
          sums.masked += masks.length;
          const strictest = masks.reduce<MaskRule | undefined>(stricter, undefined);
          expect([each, both.maskOf(each, 'query')]).toEqual([each, strictest]);
        }
        const merged = rowsOf(both);
        sums.rows += merged.size;
        const ofEach = [...rowsOf(one), ...rowsOf(other)];
        expect(ofEach.filter((condition) => !merged.has(condition))).toEqual([]);
      }),
      { seed: 9, numRuns: 100 },
    );
    for (const sum of Object.values(sums)) expect(sum).toBeGreaterThan(20);
  });

  it('lose nothing by one that no rule is about, nor gain anything', () => {
    fc.assert(
      fc.property(limits, fc.constantFrom(...roles), (rules, role) => {
        const of = (...held: readonly string[]) => told(viewOf([everything, ...rules], as(...held)));
        expect(of(role, 'unheard-of')).toEqual(of(role));
      }),
      { seed: 10, numRuns: 40 },
    );
  });
});
