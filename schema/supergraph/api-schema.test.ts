import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { Supergraph as FederatedSupergraph } from '@apollo/federation-internals';
import { describe, expect, it } from '@jest/globals';
import {
  type ASTNode,
  buildASTSchema,
  type GraphQLSchema,
  lexicographicSortSchema,
  parse,
  print,
  printSchema,
  visit,
} from 'graphql';
import { composeFile } from '../compose/compose.ts';
import { federate } from './federate.ts';
import { readSupergraph } from './read.ts';

const everything = `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@tag", "@composeDirective",
      {name: "@inaccessible", as: "@secret"}, "@requiresScopes"])
    @link(url: "https://example.org/notes/v1.2", as: "notes", import: ["@note"])
    @composeDirective(name: "@note")
  "A note." directive @note(kind: Kind = LOUD, of: [Weight!]) repeatable on FIELD_DEFINITION | OBJECT | ENUM_VALUE
  enum Kind { LOUD QUIET }
  scalar Weight @specifiedBy(url: "https://example.org/weight")
  "Asks for little." directive @lightly(by: Weight = 1.5) on FIELD
  type Query {
    "Finds."
    find("What." by: By!, also: [Weight!] = [1, 2] @deprecated(reason: "no use"), hidden: Int @secret): [Thing!]!
    old: Int @deprecated
    gone: Gone @secret
    one: Either @note(kind: QUIET)
  }
  type Mutation { change(to: Grade = GOOD): Plain @requiresScopes(scopes: [["a"]]) }
  type Subscription @secret { watched: Int }
  interface Thing { id: ID! }
  interface Whispered implements Thing @secret { id: ID! }
  type Plain implements Thing & Whispered @key(fields: "id") @note { id: ID! name: String @tag(name: "pii") grade: Grade }
  type Gone implements Thing { id: ID! }
  type Lost @secret { x: Int }
  union Either = Plain | Lost
  input By { id: ID name: String = "x" @deprecated(reason: "slow") secret: Grade @secret and: [By!] }
  enum Grade { GOOD BAD @deprecated(reason: "harsh") SECRET @secret }
  enum Silent @secret { A }
`;
const other = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  "Asks for little." directive @lightly(by: Weight = 1.5) on FIELD
  scalar Weight
  type Plain @key(fields: "id") { id: ID! weight: Weight }
`;

async function ofTheHouse(): Promise<string> {
  const { supergraphSdl } = await composeFile(join(import.meta.dirname, '../supergraph.yaml'));
  return supergraphSdl ?? '';
}

function composed(subgraphs: Readonly<Record<string, string>>): string {
  const { supergraphSdl, errors } = composeServices(
    Object.entries(subgraphs).map(([name, sdl]) => ({ name, url: `http://${name}`, typeDefs: parse(sdl) })),
  );
  if (supergraphSdl === undefined) throw new Error(errors?.join('\n'));
  return supergraphSdl;
}

/** Arguments that subgraphs are given by the gateway are none that clients can give. */
const contextual = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@context", "@fromContext"])
  type Query { shop: Shop }
  type Shop @context(name: "shop") { currency: String item: Item }
  type Item @key(fields: "id") { id: ID! price(in: String @fromContext(field: "$shop { currency }"), tax: Boolean): Int }
`;

/** Composition of Federation 1 linked by `@core`, with the join spec's first version. */
const old = `
  schema @core(feature: "https://specs.apollo.dev/core/v0.2") @core(feature: "https://specs.apollo.dev/join/v0.1", for: EXECUTION)
    @core(feature: "https://specs.apollo.dev/inaccessible/v0.1", for: SECURITY) { query: Query }
  directive @core(as: String, feature: String!, for: core__Purpose) repeatable on SCHEMA
  directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
  directive @join__field(graph: join__Graph, provides: join__FieldSet, requires: join__FieldSet) on FIELD_DEFINITION
  directive @join__graph(name: String!, url: String!) on ENUM_VALUE
  directive @join__owner(graph: join__Graph!) on INTERFACE | OBJECT
  directive @join__type(graph: join__Graph!, key: join__FieldSet) repeatable on INTERFACE | OBJECT
  enum core__Purpose { EXECUTION SECURITY }
  scalar join__FieldSet
  enum join__Graph { A @join__graph(name: "a" url: "http://a") }
  type Query { a: Int @join__field(graph: A) b: Int @join__field(graph: A) @inaccessible }
`;

/** What @apollo/federation-internals makes of the same text, validated. */
function stock(sdl: string): GraphQLSchema {
  const federated = FederatedSupergraph.build(parse(sdl), { supportedFeatures: null });
  return federated.apiSchema().toGraphQLJSSchema();
}

/** `@defer` is what the gateway itself adds. */
function definitions(schema: GraphQLSchema, except: readonly string[] = []): readonly string[] {
  const hidden = [...except, 'defer'];
  const { definitions: nodes } = parse(printSchema(lexicographicSortSchema(schema)), { noLocation: true });
  return nodes
    .filter((node) => !('name' in node && node.name !== undefined && hidden.includes(node.name.value)))
    .map((node) => print(node));
}

function withoutDescriptions(schema: GraphQLSchema): GraphQLSchema {
  const document = parse(printSchema(schema), { noLocation: true });
  const leave = (node: ASTNode, key: unknown) => (key === 'description' ? null : node);
  return buildASTSchema(visit(document, { leave }));
}

describe('the API schema', () => {
  it.each([
    ['every kind of element', async (): Promise<string> => composed({ everything, other }), ['Kind']],
    ['the six domains', ofTheHouse, ['Use']],
    ['contexts', async (): Promise<string> => composed({ contextual }), []],
    ['Federation 1', async (): Promise<string> => old, []],
  ] as const)(
    'is what the reference makes of %s, and what the planner has',
    async (_case, sdlOf, ofDirectives) => {
      const sdl = await sdlOf();
      const { api } = readSupergraph(sdl);
      // Known difference: an enum that only hidden directives have as an argument is hidden with them.
      expect(definitions(api)).toEqual(definitions(stock(sdl), ofDirectives));
      expect(definitions(stock(sdl))).toHaveLength(definitions(api).length + ofDirectives.length);
      const planners = federate(sdl).federated.apiSchema().toGraphQLJSSchema();
      expect(definitions(planners)).toEqual(definitions(withoutDescriptions(api)));
    },
  );

  it('shows nothing of what a field is given from its context', () => {
    const { api } = readSupergraph(composed({ contextual }));
    expect(printSchema(api)).toContain('price(tax: Boolean): Int');
    expect(printSchema(api).toLowerCase()).not.toContain('context');
  });

  it('does not come to be where something that is shown names what is hidden', () => {
    const sdl = composed({ everything, other }).replace(/(gone: Gone.*) @secret/, '$1');
    expect(() => stock(sdl)).not.toThrow();
    const named = sdl.replace(/(type Gone implements Thing\n(?: {2}@.*\n)*)/, '$1  @secret\n');
    expect(() => stock(named)).toThrow(/Gone/);
    expect(() => readSupergraph(named)).toThrow(/no schema.*Gone/);
  });
});
