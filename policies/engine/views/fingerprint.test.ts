import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Decidable } from '../decidable.ts';
import { media, subject } from '../fixture/media.ts';
import { member, rowFilter, ruleOf, type Written } from '../fixture/rules.ts';
import type { Subject } from '../subject.ts';
import { fingerprintOf } from './fingerprint.ts';

const bundle = media();
const withRules = (...rules: readonly Written[]): Decidable => ({ ...bundle, rules: rules.map(ruleOf) });
const everything = withRules({
  id: 'global.a',
  when: [
    'principal.kind == Kind::"bi"',
    'principal.purpose == Purpose::"fraud"',
    'principal.clearance > 1',
    'principal.region == Region::"EU"',
    'principal.markets.contains("x")',
    'principal in [Role::"a", Role::"b", Role::"ab", Team::"a", Team::"b", Scope::"a", Scope::"1:a"]',
  ],
});
const text = fc.constantFrom('', 'a', 'b', 'ab', '1:a', 'a1', ':', 'l1:1:a', 'none');
const texts = fc.array(text, { maxLength: 3 });
const groups = fc.uniqueArray(fc.constantFrom('a', 'b', 'ab', '1:a'));
const caller = fc
  .record({
    kind: fc.constantFrom('anonymous', 'human', 'service', 'bi' as const),
    purpose: text,
    roles: groups,
    teams: groups,
    scopes: groups,
    attributes: fc.record({
      clearance: fc.nat(12),
      region: fc.constantFrom('none', 'EU', 'US'),
      markets: texts,
    }),
    products: fc.option(fc.uniqueArray(fc.constantFrom('audience', 'live', 'unheard')), { nil: undefined }),
  })
  .map(subject);

/** All of a caller by which rules can tell callers apart. */
function looks({ kind, purpose, roles, teams, scopes, attributes, products }: Subject) {
  const { markets, ...single } = Object.fromEntries(attributes);
  const sets = [roles, teams, scopes, markets].map((each) => [...new Set(each as Iterable<string>)].sort());
  const limits = products && ['audience', 'live'].filter((name) => products.has(name));
  return JSON.stringify([kind, purpose, single, sets, limits ?? 'none']);
}

describe('I: fingerprints', () => {
  it('are equal for callers who are alike, and for no others', () => {
    let equal = 0;
    const parts = ['kind', 'purpose', 'roles', 'teams', 'scopes', 'attributes', 'products'] as const;
    fc.assert(
      fc.property(caller, caller, fc.subarray([...parts]), (one, other, taken) => {
        const mixed: Subject = { ...one, ...Object.fromEntries(taken.map((part) => [part, other[part]])) };
        const isEqual = fingerprintOf(everything, one) === fingerprintOf(everything, mixed);
        expect(isEqual).toBe(looks(one) === looks(mixed));
        if (isEqual) equal++;
      }),
      { seed: 4, numRuns: 2000 },
    );
    expect(equal).toBeGreaterThan(100);
  });

  it('tell values apart that only look alike when put together', () => {
    const of = (given: Parameters<typeof subject>[0]) => fingerprintOf(everything, subject(given));
    const alike = [
      { roles: ['a', 'b'] },
      { roles: ['ab'] },
      { roles: ['a'], teams: ['b'] },
      { teams: ['a', 'b'] },
      { attributes: { markets: ['a', 'b'] } },
      { attributes: { markets: ['ab'] } },
      { attributes: { markets: ['a1:b'] } },
      { purpose: 'a', attributes: { markets: ['b'] } },
    ];
    expect(new Set(alike.map(of)).size).toBe(alike.length);
  });

  it('hold nothing that no rule mentions: who is not told apart shares a view', () => {
    const few = withRules({
      id: 'global.a',
      principal: member('Role', 'analyst'),
      when: 'principal.clearance > 1',
    });
    const of = (given: Parameters<typeof subject>[0]) =>
      fingerprintOf(few, subject({ ...given, attributes: { clearance: 2, ...given.attributes } }));
    const analyst = of({ roles: ['analyst'] });
    expect(of({ roles: ['analyst', 'support-agent'], teams: ['audience'], scopes: ['unheard'] })).toBe(
      analyst,
    );
    expect(
      of({ roles: ['analyst'], purpose: 'fraud', kind: 'bi', attributes: { region: 'EU', markets: ['x'] } }),
    ).toBe(analyst);
    expect(of({ roles: ['support-agent'] })).not.toBe(analyst);
    expect(of({ roles: ['analyst'], attributes: { clearance: 3 } })).not.toBe(analyst);
    // The supergraph asks for scopes and for an identity.
    expect(of({ roles: ['analyst'], scopes: ['money'] })).not.toBe(analyst);
    expect(of({ roles: ['analyst'], kind: 'anonymous' })).not.toBe(analyst);
  });

  it('hold what only an obligation mentions: its value is in the view', () => {
    const filtered = withRules({
      id: 'global.r',
      obligation: rowFilter({ field: 'region', op: '=', value: { attribute: 'region' } }),
    });
    const of = (region: string) => fingerprintOf(filtered, subject({ attributes: { region } }));
    expect(of('EU')).not.toBe(of('US'));
    expect(of('none')).toBe(fingerprintOf(filtered, subject({})));
  });

  it('hold what an escape hides', () => {
    const hidden = withRules({
      id: 'global.a',
      when: 'principal["cl\\u{65}arance"] > 1 && principal in Role::"\\u{61}"',
    });
    const of = (given: Parameters<typeof subject>[0]) => fingerprintOf(hidden, subject(given));
    expect(of({ attributes: { clearance: 2 } })).not.toBe(of({}));
    expect(of({ roles: ['a'] })).not.toBe(of({}));
  });
});
