import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compare } from '../fixture/differences.ts';
import { callers, media, moments } from '../fixture/media.ts';
import { randomCircumstances, randomRules, randomSubject } from '../fixture/random-rules.ts';
import { createViewBuilder } from './build-views.ts';
import { resolveView } from './resolve-view.ts';

describe('views of rules at random', () => {
  const models = [media(), media({ enforces: { live: ['groups'], audience: ['rows'] } })];
  const cases = fc.constantFrom(...models).chain((bundle) =>
    fc.record({
      bundle: randomRules(bundle.model).map((rules) => ({ ...bundle, rules })),
      subject: randomSubject,
      circumstances: randomCircumstances,
    }),
  );

  it('say what the reference says', () => {
    const sums = { asked: 0, allowed: 0, masked: 0 };
    fc.assert(
      fc.property(cases, ({ bundle, subject, circumstances }) => {
        const builder = createViewBuilder(bundle);
        const view = resolveView(bundle, builder.build(subject), builder.guards(circumstances));
        const { differences, ...counts } = compare(view, { bundle, subject, circumstances });
        for (const each of ['asked', 'allowed', 'masked'] as const) sums[each] += counts[each];
        // The rules tell more than the structures that fast-check prints.
        const texts = bundle.rules.map(({ text }) => text);
        expect(differences.length === 0 ? [] : [...texts, ...differences]).toEqual([]);
      }),
      { seed: 4, numRuns: 60 },
    );
    // Neither all nor nothing: else it would compare little.
    expect(sums.allowed / sums.asked).toBeGreaterThan(0.2);
    expect(sums.allowed / sums.asked).toBeLessThan(0.8);
    expect(sums.masked).toBeGreaterThan(40);
  });
});

describe('views of the media company', () => {
  const bundle = media();
  const builder = createViewBuilder(bundle);

  it.each(Object.entries(callers))(
    'say of %s what the reference says, at every time and place',
    (_, subject) => {
      const data = builder.build(subject);
      for (const circumstances of Object.values(moments)) {
        const view = resolveView(bundle, data, builder.guards(circumstances));
        const { differences, asked } = compare(view, { bundle, subject, circumstances });
        expect(differences).toEqual([]);
        expect(asked).toBeGreaterThan(150);
      }
    },
  );
});
