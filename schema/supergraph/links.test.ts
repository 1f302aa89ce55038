import { buildSchemaFromAST, type Schema } from '@apollo/federation-internals';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { readLinks } from './links.ts';

const link = 'https://specs.apollo.dev/link/v1.0';
const definition = (name: string) => `
  directive @${name}(url: String, as: String, for: ${name}__Purpose, import: [${name}__Import]) repeatable on SCHEMA
  enum ${name}__Purpose { SECURITY EXECUTION }
  scalar ${name}__Import
  type Query { a: Int }`;
const linking = (...links: readonly string[]) => `
  schema @link(url: "${link}") ${links.map((text) => `@link(${text})`).join(' ')} { query: Query }
  ${definition('link')}`;

const texts = {
  'by its own name': linking('url: "https://specs.apollo.dev/tag/v0.3"'),
  'by another name': linking('url: "https://specs.apollo.dev/tag/v0.3", as: "label", for: SECURITY'),
  'with imports': linking(
    'url: "https://specs.apollo.dev/join/v0.5", import: [{name: "Graph", as: "Subgraph"}], for: EXECUTION',
    'url: "https://example.org/a/b/spec/v12.34?x=1#y", import: ["@x", {name: "@y", as: "@z"}, {name: "@spec"}]',
  ),
  'of another host': linking('url: "http://example.org:8080/spec/v1.0"'),
  'in an extension': `${linking()} extend schema @link(url: "https://specs.apollo.dev/tag/v0.3")`,
  'by a renamed link': `schema @l(url: "${link}", as: "l") @l(url: "https://specs.apollo.dev/tag/v0.3") { query: Query } ${definition('l')}`,
  'by core': `
    schema @core(feature: "https://specs.apollo.dev/core/v0.2") @core(feature: "https://specs.apollo.dev/tag/v0.1", as: "t", for: SECURITY) { query: Query }
    directive @core(feature: String!, as: String, for: core__Purpose) repeatable on SCHEMA
    enum core__Purpose { SECURITY EXECUTION }
    type Query { a: Int }`,
  nothing: 'type Query { a: Int }',
  'a link that does not name itself': linking('url: "https://specs.apollo.dev/tag/v0.3"').replace(
    link,
    'https://example.org/link/v1.0',
  ),
};

const stock = (sdl: string): Schema => buildSchemaFromAST(parse(sdl), { validate: false });

/** Names as they could be asked for, of each linked spec. */
const names = ['tag', 'x', 'y', 'graph', 'spec', 'link', 'Graph', 'core'];

describe('readLinks', () => {
  it.each(Object.entries(texts))('reads as the reference does what is linked %s', (_case, sdl) => {
    const links = [...readLinks(parse(sdl)).values()];
    const features = stock(sdl).coreFeatures?.allFeatures() ?? [];
    expect(links.map((each) => [String(each), each.purpose])).toEqual(
      features.map((each) => [String(each.url).replace(/#.*/, ''), each.purpose]),
    );
    for (const [at, each] of links.entries()) {
      const feature = features[at];
      expect(names.map((name) => each.directive(name))).toEqual(
        names.map((name) => feature?.directiveNameInSchema(name)),
      );
      expect(names.map((name) => each.type(name))).toEqual(
        names.map((name) => feature?.typeNameInSchema(name)),
      );
    }
  });

  it('knows whose an element is', () => {
    const links = readLinks(parse(texts['with imports']));
    const spec = links.get('https://example.org/a/b/spec');
    expect(['x', 'z', 'y', 'spec', 'spec__w', 'specs'].filter((name) => spec?.ownsDirective(name))).toEqual([
      'x',
      'z',
      'spec',
      'spec__w',
    ]);
    const join = links.get('https://specs.apollo.dev/join');
    expect(['Subgraph', 'Graph', 'join__FieldSet', 'join'].filter((name) => join?.ownsType(name))).toEqual([
      'Subgraph',
      'join__FieldSet',
    ]);
  });

  it.each([
    [
      'a spec twice',
      linking('url: "https://example.org/a/v1.0"', 'url: "https://example.org/a/v1.1", as: "b"'),
    ],
    ['no version', linking('url: "https://example.org/a"')],
    ['no address', linking('url: "a/v1.0"')],
    ['an import that is no name', linking('url: "https://example.org/a/v1.0", import: [1]')],
    ['a directive as a type', linking('url: "https://example.org/a/v1.0", import: [{name: "@a", as: "a"}]')],
    ['an alias that is no name', linking('url: "https://example.org/a/v1.0", import: [{name: "@a", as: 1}]')],
  ])('refuses, as the reference does, to read %s', (_case, sdl) => {
    expect(() => stock(sdl)).toThrow();
    expect(() => readLinks(parse(sdl))).toThrow(/link|import/);
  });
});
