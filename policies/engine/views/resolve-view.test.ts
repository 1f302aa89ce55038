import { describe, expect, it } from '@jest/globals';
import { callers, media, moments } from '../fixture/media.ts';
import { createViewBuilder } from './build-views.ts';
import { resolveView } from './resolve-view.ts';

const bundle = media();
const builder = createViewBuilder(bundle);
const viewOf = (caller: keyof typeof callers, moment: keyof typeof moments = 'noon') =>
  resolveView(bundle, builder.build(callers[caller]), builder.guards(moments[moment]));

describe('a view', () => {
  it('allows what a global rule or every owner permits', () => {
    expect(viewOf('nobody').allows('Title.name', 'query')).toBe(true);
    expect(viewOf('nobody').allows('Title.draft', 'query')).toBe(false);
    expect(viewOf('guest').allows('Title.draft', 'query')).toBe(false);
    expect(viewOf('ann').allows('Title.draft', 'query')).toBe(true);
    // Two domains resolve it: one of them is not enough.
    expect(viewOf('ann').allows('Subscriber.id', 'query')).toBe(false);
    expect(viewOf('bobOfBoth').allows('Subscriber.id', 'query')).toBe(true);
  });

  it('denies what it does not know, names of Object.prototype included', () => {
    for (const each of ['Title.nothing', '__proto__', 'constructor', 'toString', ''])
      expect(viewOf('steward').allows(each, 'query')).toBe(false);
  });

  it('G: a domain cannot lift a global mask; masked is not enough to filter or to compute', () => {
    const ann = viewOf('ann');
    expect(ann.allows('Subscriber.email', 'query')).toBe(true);
    expect(ann.maskOf('Subscriber.email', 'query')).toEqual({ kind: 'hash', parameter: undefined });
    expect(ann.maskOf('Subscriber.birthDate', 'query')).toEqual({ kind: 'hash', parameter: undefined });
    expect(ann.allows('Subscriber.age', 'query')).toBe(false);
    expect(ann.allows('Query.subscribers(text:)', 'query')).toBe(false);
    const inSupport = viewOf('annInSupport');
    expect(inSupport.maskOf('Subscriber.email', 'query')).toBeUndefined();
    expect(inSupport.maskOf('Subscriber.birthDate', 'query')).toEqual({ kind: 'date', parameter: 'year' });
    expect(inSupport.allows('Subscriber.age', 'query')).toBe(false);
  });

  it('counts what may not be read in groups of some size only', () => {
    const { groups, denied } = viewOf('tableau').obligationsFor('audience');
    expect(groups).toEqual({ Subscriber: { birthDate: 25, email: 25 } });
    expect(denied?.['Subscriber']).toMatchObject({ aggregate: expect.arrayContaining(['id']) });
    expect(viewOf('tableau').obligationsFor('billing').groups).toEqual({ Subscriber: { revenue: 50 } });
  });
});
