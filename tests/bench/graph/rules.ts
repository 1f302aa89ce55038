/** A thousand rules and more: on every field of the shop, and on a ledger of which nobody in the benchmark asks anything. */
import { type FieldDefinitionNode, Kind, parse, print, visit } from 'graphql';
import { grantedScope } from '../principals.ts';

/** What the caller of `P` may not read. */
const denied = new Set(['birthday', 'cost']);
const books = 100;
const columns = 10;

/** The SDL with a rule on each field that is its own. */
export function protect(sdl: string): string {
  const document = visit(parse(sdl), {
    SchemaExtension: () => false,
    FieldDefinition: (field) => (isExternal(field) ? undefined : withScope(field, scopeOf(field.name.value))),
  });
  return print(document).replace('import: [', 'import: ["@requiresScopes", ');
}

function isExternal({ directives = [] }: FieldDefinitionNode): boolean {
  return directives.some(({ name }) => name.value === 'external');
}

function scopeOf(field: string): string {
  return denied.has(field) ? 'shop:secrets' : grantedScope;
}

function withScope(field: FieldDefinitionNode, scope: string): FieldDefinitionNode {
  const rule = parse(`type T @requiresScopes(scopes: [[${JSON.stringify(scope)}]]) { f: Int }`)
    .definitions[0];
  if (rule?.kind !== Kind.OBJECT_TYPE_DEFINITION) throw new TypeError('the text above is a type');
  return { ...field, directives: [...(field.directives ?? []), ...(rule.directives ?? [])] };
}

/** SDL of the subgraph that makes the graph large: books with columns, each under a scope of its own. */
export function ledger(withRules: boolean): string {
  const scoped = (scope: string) => (withRules ? `@requiresScopes(scopes: [["${scope}"]])` : '');
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
  const types = numbers(books).map((book) => {
    const fields = numbers(columns).map((column) => `c${column}: Int ${scoped(`ledger:${book}:${column}`)}`);
    return `type Book${book} {\n  ${fields.join('\n  ')}\n}`;
  });
  const roots = numbers(books).map((book) => `book${book}: Book${book}`);
  return `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@requiresScopes"])
type Query {
  ${roots.join('\n  ')}
}
${types.join('\n')}
`;
}
