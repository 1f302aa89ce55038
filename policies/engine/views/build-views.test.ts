import { describe, expect, it } from '@jest/globals';
import type { Decidable } from '../decidable.ts';
import { callers, media, moments, subject } from '../fixture/media.ts';
import { isIn, ruleOf, type Written } from '../fixture/rules.ts';
import type { Circumstances, Subject } from '../subject.ts';
import { createViewBuilder } from './build-views.ts';
import { type ConditionSet, createConditionSet } from './condition-set.ts';
import { resolveView } from './resolve-view.ts';

const bundle = media();
const withRules = (...rules: readonly Written[]): Decidable => ({ ...bundle, rules: rules.map(ruleOf) });
const cleared = subject({ attributes: { clearance: 3 } });

function viewOf(of: Decidable, who: Subject, when: Circumstances = moments.noon) {
  const builder = createViewBuilder(of);
  return resolveView(of, builder.build(who), builder.guards(when));
}

describe('guards', () => {
  const all = { id: 'global.all', actions: ['read'] } as const;
  const guarded = withRules(
    all,
    {
      id: 'global.a',
      effect: 'forbid',
      resource: isIn('Tag', 'pii'),
      when: 'context.zone == Zone::"internet"',
      unless: 'context.breakGlass',
    },
    {
      id: 'global.b',
      effect: 'forbid',
      resource: isIn('Tag', 'payment'),
      unless: 'context.hour >= 6 && context.hour < 20',
    },
    // The same as of the first: one guard.
    {
      id: 'global.c',
      effect: 'forbid',
      resource: isIn('Tag', 'financial'),
      when: 'context.zone == Zone::"internet"',
      unless: 'context.breakGlass',
    },
    { id: 'global.d', resource: isIn('Tag', 'pii'), when: 'context.breakGlass' },
  );

  it('are bits, each condition on the circumstances once', () => {
    const { guards } = createViewBuilder(guarded);
    const at = (zone: string, hour: number, breakGlass: boolean) => guards({ zone, hour, breakGlass });
    expect(at('corp', 12, false)).toBe(0b000);
    expect(at('internet', 12, false)).toBe(0b001);
    expect(at('corp', 20, false)).toBe(0b010);
    expect(at('corp', 5, false)).toBe(0b010);
    expect(at('corp', 6, false)).toBe(0b000);
    expect(at('internet', 23, false)).toBe(0b011);
    expect(at('internet', 23, true)).toBe(0b110);
  });

  it('select one of the views that a caller’s data holds', () => {
    const builder = createViewBuilder(guarded);
    const data = builder.build(cleared);
    const reads = (mask: number) =>
      ['Subscriber.email', 'Invoice.card', 'Title.licenceCost', 'Title.name'].map((each) =>
        resolveView(guarded, data, mask).allows(each, 'query'),
      );
    expect(reads(0b000)).toEqual([true, true, true, true]);
    expect(reads(0b001)).toEqual([false, true, false, true]);
    expect(reads(0b010)).toEqual([true, false, true, true]);
    expect(reads(0b011)).toEqual([false, false, false, true]);
  });

  it('of permits are asked for as those of forbids are', () => {
    const only = withRules({ id: 'global.d', actions: ['read'], when: 'context.breakGlass' });
    expect(viewOf(only, cleared, moments.noon).allows('Title.name', 'query')).toBe(false);
    expect(viewOf(only, cleared, moments.emergency).allows('Title.name', 'query')).toBe(true);
  });

  it('count obligations in those circumstances only', () => {
    const masked = withRules(all, {
      id: 'global.m',
      actions: ['read'],
      obligation: { kind: 'mask', mask: { kind: 'null', parameter: undefined } },
      unless: 'context.breakGlass',
    });
    expect(viewOf(masked, cleared, moments.noon).maskOf('Title.name', 'query')?.kind).toBe('null');
    expect(viewOf(masked, cleared, moments.emergency).maskOf('Title.name', 'query')).toBeUndefined();
  });

  it('are refused beyond what one number holds', () => {
    const many = Array.from({ length: 31 }, (_, hour) => ({
      id: `global.h${hour}`,
      when: `context.hour == ${hour}`,
    }));
    expect(() => createViewBuilder(withRules(...many))).toThrow('more than 30 different conditions');
    expect(createViewBuilder(withRules(...many.slice(1))).guards({ ...moments.noon, hour: 30 })).toBe(
      2 ** 29,
    );
  });
});

describe('O01: when Cedar fails', () => {
  const rules: readonly Written[] = [
    { id: 'global.open', actions: ['read'], resource: isIn('Tag', 'public') },
    {
      id: 'global.if',
      actions: ['read'],
      resource: isIn('Tag', 'internal'),
      when: 'principal.clearance > 1',
    },
    { id: 'global.not', effect: 'forbid', resource: isIn('Type', 'Title'), when: 'principal.clearance > 7' },
  ];
  const of = withRules(...rules);

  const failing: Readonly<Record<string, typeof createConditionSet>> = {
    'nothing can be said of any condition': (conditions) =>
      setThat(() => ({ holds: new Set(), failed: new Set(conditions.keys()) })),
    'one condition is said to hold and to have failed': (conditions) =>
      setThat(() => ({ holds: new Set(conditions.keys()), failed: new Set(conditions.keys()) })),
    // Malformed entities make a call throw.
    'its call throws': (conditions) => {
      const set = createConditionSet(conditions);
      const wrong = [{ uid: { type: '', id: '' }, attrs: {}, parents: [] }];
      return setThat((_, context) => set.evaluate(wrong, context));
    },
    'its policies cannot be parsed': (conditions) =>
      createConditionSet(conditions.map(() => [{ kind: 'when', body: { Var: 'nobody' as 'principal' } }])),
  };

  it.each(Object.entries(failing))('%s: what it could have limited is denied', (_, setOf) => {
    const builder = createViewBuilder(of, setOf);
    const view = resolveView(of, builder.build(cleared), builder.guards(moments.noon));
    const reads = ['Title.name', 'Subscriber.id', 'Query.titles'].map((each) => view.allows(each, 'query'));
    expect(reads).toEqual([false, false, false]);
    const whole = viewOf(of, cleared);
    expect(
      ['Title.name', 'Subscriber.id', 'Query.titles'].map((each) => whole.allows(each, 'query')),
    ).toEqual([true, true, true]);
  });

  it('what no condition limits stays open', () => {
    const open = withRules({ id: 'global.open', actions: ['read'], resource: isIn('Tag', 'public') });
    const builder = createViewBuilder(open, (conditions) =>
      setThat(() => ({ holds: new Set(), failed: new Set(conditions.keys()) })),
    );
    expect(resolveView(open, builder.build(cleared), 0).allows('Title.name', 'query')).toBe(true);
  });

  it('an attribute that is not what is declared builds no view', () => {
    const build = (clearance: string | number) =>
      createViewBuilder(bundle).build(subject({ attributes: { clearance } }));
    expect(() => build('3')).toThrow('not what is declared');
    expect(() => build(1.5)).toThrow('not what is declared');
    expect(() => createViewBuilder(bundle).build(subject({ attributes: { region: 'MARS' } }))).toThrow(
      'not what is declared',
    );
  });
});

describe('views of several bundles', () => {
  it('do not disturb each other, however many there are', () => {
    const bundles = Array.from({ length: 20 }, (_, index) =>
      withRules({ id: 'global.r', actions: ['read'], when: `principal.clearance == ${index}` }),
    );
    const builders = bundles.map((each) => createViewBuilder(each));
    for (let round = 0; round < 2; round++) {
      for (const [index, builder] of builders.entries()) {
        const data = (clearance: number) =>
          builder.build(subject({ attributes: { clearance } })).permits.length;
        expect([data(index), data(index + 1)]).toEqual([1, 0]);
      }
    }
  });

  it('can be handed over: what a view is made of is plain data of its own', () => {
    const builder = createViewBuilder(bundle);
    const data = builder.build(callers.ann);
    const before = structuredClone(data);
    const buffers = [...data.permits, ...data.forbids, ...data.obligations].map(
      ({ bits }) => bits.buffer as ArrayBuffer,
    );
    structuredClone(data, { transfer: buffers });
    expect(builder.build(callers.ann)).toEqual(before);
  });
});

function setThat(evaluate: ConditionSet['evaluate']): ConditionSet {
  return { evaluate };
}
