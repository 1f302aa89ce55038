import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allOf, areMet, impliedBy, nothing, type Requirement } from './requirement.ts';

const name = fc.constantFrom('a', 'b', 'c');
const alternatives = fc.array(fc.array(name, { maxLength: 3 }), { minLength: 1, maxLength: 3 });
const requirement: fc.Arbitrary<Requirement> = fc.record({
  authenticated: fc.boolean(),
  scopes: fc.array(alternatives, { maxLength: 2 }),
  policies: fc.array(alternatives, { maxLength: 1 }),
});

interface Holder {
  readonly known: boolean;
  readonly scopes: readonly string[];
  readonly conditions: readonly string[];
}
const holder = fc.record({
  known: fc.boolean(),
  scopes: fc.subarray(['a', 'b', 'c']),
  conditions: fc.subarray(['a', 'b', 'c']),
});

const meets = ({ authenticated, scopes, policies }: Requirement, who: Holder) =>
  (who.known || !authenticated) &&
  areMet(scopes, (each) => who.scopes.includes(each)) &&
  areMet(policies, (each) => who.conditions.includes(each));

describe('requirements', () => {
  it('B08: hold together exactly when each holds, in any order', () => {
    fc.assert(
      fc.property(fc.array(requirement, { maxLength: 3 }), holder, (several, who) => {
        const each = several.every((one) => meets(one, who));
        expect(meets(allOf(several), who)).toBe(each);
        expect(meets(allOf([...several].reverse()), who)).toBe(each);
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  it('B08: say the same once, however it is written', () => {
    const written = [
      [['a', 'b'], ['c']],
      [['c'], ['b', 'a', 'a']],
    ].map((scopes) => ({ ...nothing, scopes: [scopes] }));
    expect(allOf(written).scopes).toHaveLength(1);
    expect(allOf([...written, { ...nothing, scopes: [[['a']]] }]).scopes).toHaveLength(2);
  });

  it('are implied only where nobody meets the others without them', () => {
    fc.assert(
      fc.property(requirement, fc.array(requirement, { maxLength: 2 }), holder, (one, others, who) => {
        if (impliedBy(one, others) && meets(allOf(others), who)) expect(meets(one, who)).toBe(true);
      }),
      { seed: 4, numRuns: 1000 },
    );
  });

  it('are implied by themselves, and not by what asks for less', () => {
    const scoped = (...scopes: string[][]) => ({ ...nothing, authenticated: true, scopes: [scopes] });
    expect(impliedBy(scoped(['a'], ['b']), [scoped(['b'], ['a'])])).toBe(true);
    expect(impliedBy(scoped(['a'], ['b']), [scoped(['a', 'c'])])).toBe(true);
    expect(impliedBy(scoped(['a']), [scoped(['a'], ['b'])])).toBe(false);
    expect(impliedBy(scoped(['a']), [])).toBe(false);
    expect(impliedBy(nothing, [])).toBe(true);
  });

  it('L: that nobody can work out are called implied by nothing', () => {
    const wide = Array.from({ length: 20 }, (_, index) => ({
      ...nothing,
      scopes: [[[`x${index}`], [`y${index}`]]],
    }));
    const start = performance.now();
    expect(impliedBy({ ...nothing, scopes: [[['x0'], ['y0']]] }, wide)).toBe(false);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
