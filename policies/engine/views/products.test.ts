import { describe, expect, it } from '@jest/globals';
import type { Decidable } from '../decidable.ts';
import { compare } from '../fixture/differences.ts';
import { media, moments, subject, vocabularyText } from '../fixture/media.ts';
import { ruleOf } from '../fixture/rules.ts';
import { supergraphOf } from '../fixture/supergraph.ts';
import { accessModelOf } from '../model/model-of.ts';
import { Decider } from '../reference/decider.ts';
import { describe as inWords } from '../test/outcome.ts';
import { readVocabulary } from '../vocabulary/vocabulary.ts';
import { createViewBuilder } from './build-views.ts';
import { resolveView } from './resolve-view.ts';

/** Whatever a rule can permit, is. */
const bundle: Decidable = { ...media(), rules: [ruleOf({ id: 'global.all' })] };
const builder = createViewBuilder(bundle);

function viewOf(products: readonly string[] | undefined) {
  const who = subject({ scopes: ['money'], products });
  return resolveView(bundle, builder.build(who), builder.guards(moments.noon));
}

function allowed(products: readonly string[] | undefined): ReadonlySet<string> {
  const view = viewOf(products);
  const { fields } = bundle.model;
  return new Set(fields.map(({ coordinate }) => coordinate).filter((each) => view.allows(each, 'query')));
}

describe('a caller who is limited to products', () => {
  const everything = allowed(undefined);
  const ofAudience = allowed(['audience']);

  it('may use fields that they resolve, alone or with others, and no others', () => {
    expect(ofAudience.size).toBeGreaterThan(5);
    expect(ofAudience.size).toBeLessThan(everything.size);
    for (const { coordinate, owners } of bundle.model.fields) {
      if (ofAudience.has(coordinate)) expect(everything.has(coordinate)).toBe(true);
      const isAllowed = ofAudience.has(coordinate);
      if (!owners.includes('audience'))
        expect({ coordinate, isAllowed }).toEqual({ coordinate, isAllowed: false });
    }
  });

  it('may use nothing if limited to none, or to what there is not', () => {
    expect([...allowed([])]).toEqual([]);
    expect([...allowed(['unheard', 'Audience'])]).toEqual([]);
    expect(viewOf([]).key).not.toBe(viewOf(undefined).key);
    expect(viewOf(['unheard']).key).toBe(viewOf([]).key);
  });

  it('loses what is computed of the fields of others', () => {
    const isOfOthers = ({ needs }: { readonly needs: readonly { readonly field: number }[] }) =>
      needs.some(({ field }) => bundle.model.fields[field]?.owners.includes('audience') === false);
    const computed = [...bundle.model.elements].filter(
      ([coordinate, element]) => everything.has(coordinate) && isOfOthers(element),
    );
    expect(computed.length).toBeGreaterThan(0);
    expect(computed.filter(([coordinate]) => ofAudience.has(coordinate))).toEqual([]);
  });

  it('has no use of what stands for keys that it shares, or carries rows, and belongs to others', () => {
    const ofLive = allowed(['live']);
    for (const each of ['Query.streams', 'Streams.total', 'Page.more', 'Stream.id']) {
      expect([each, ofLive.has(each)]).toEqual([each, true]);
      expect([each, ofAudience.has(each)]).toEqual([each, each === 'Stream.id']);
    }
    expect(viewOf(['audience']).allows('Page', 'query')).toBe(false);
    expect(viewOf(['live']).allows('Page', 'query')).toBe(true);
  });

  it('is told why, also of what needs nothing of its own', () => {
    const decider = new Decider(bundle);
    const caller = decider.caller(subject({ scopes: ['money'], products: ['audience'] }), moments.noon);
    const { parts, ofOthers, hidden } = caller.decide('Streams.total', 'read');
    expect(ofOthers.map(({ coordinate }) => coordinate)).toEqual(['Streams.total']);
    expect([parts.every((part) => part.allowed), hidden]).toEqual([true, false]);
  });

  it('loses what is computed of what others say of a shared key, unless that is declassified', () => {
    const graph = (declassified: string) => `
      type Query @join__type(graph: SHOP) { books: [Book] }
      type Book @join__type(graph: SHOP, key: "id") @join__type(graph: RANKS, key: "id") {
        id: ID
        rank: Int @join__field(graph: RANKS) @join__field(graph: SHOP, external: true) @uses(field: "Book.id", as: AGGREGATE) ${declassified}
        label: String @join__field(graph: SHOP, requires: "rank")
      }`;
    const labels = (declassified: string, products: readonly string[]) => {
      const supergraph = supergraphOf(graph(declassified), { subgraphs: ['shop', 'ranks'] });
      const shop: Decidable = {
        ...bundle,
        key: `shop ${declassified}`,
        model: accessModelOf(supergraph, readVocabulary(vocabularyText)),
      };
      const who = subject({ products });
      const views = createViewBuilder(shop);
      const view = resolveView(shop, views.build(who), views.guards(moments.noon));
      const asking = { bundle: shop, subject: who, circumstances: moments.noon };
      expect(compare(view, asking).differences).toEqual([]);
      return ['Book.id', 'Book.rank', 'Book.label'].map((each) => view.allows(each, 'query'));
    };
    expect(labels('', ['shop', 'ranks'])).toEqual([true, true, true]);
    expect(labels('', ['shop'])).toEqual([true, false, false]);
    expect(labels('@declassify(reason: "a rank")', ['shop'])).toEqual([true, false, true]);
    expect(labels('', ['ranks'])).toEqual([true, true, false]);
  });

  it('is told why', () => {
    const outside = bundle.model.fields.find(
      ({ owners, kind, coordinate }) =>
        kind === 'field' && owners.join() === 'billing' && everything.has(coordinate),
    );
    const decider = new Decider(bundle);
    const caller = decider.caller(subject({ scopes: ['money'], products: ['audience'] }), moments.noon);
    const [part] = caller.decide(outside?.coordinate ?? '', 'read').parts;
    expect(part?.refusals).toEqual(['other product']);
    expect(part && inWords('other product', part)).toBe('the caller is limited to other products');
  });
});
