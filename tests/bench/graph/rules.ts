/** A thousand rules and more: on the shop, and on a ledger of which nobody in the benchmark asks anything. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FieldDefinitionNode, type InputValueDefinitionNode, Kind, parse, print, visit } from 'graphql';

const books = 180;
/** The others have no rule of their own. */
const ruledBooks = 100;
const columns = 10;

/** Nothing is limited: what it costs to have rules at all is in every figure. */
export const permitAll = '@id("global.everything") permit (principal, action, resource);\n';

/** The caller may not read two fields of the shop, sees weights through a mask, and nothing of the ledger. */
export function thousandRules(): string {
  const ofLedger = numbers(ruledBooks).flatMap((book) =>
    numbers(columns).map(
      (column) =>
        `@id("global.ledger-${book}-${column}") forbid (principal, action, resource == Field::"Book${book}.c${column}") unless { principal in Role::"role-${(book * columns + column) % roles}" };`,
    ),
  );
  return [
    permitAll,
    ...['User.birthday', 'Product.cost'].map(
      (field, at) => `@id("global.secret-${at}") forbid (principal, action, resource == Field::"${field}");`,
    ),
    // All weights are multiples of ten: answers are alike, and the mask is computed for each of them.
    '@id("global.weights") @mask("round:10") forbid (principal, action == Action::"read", resource == Field::"Product.weight");',
    ...ofLedger,
  ].join('\n');
}

export const roles = 50;

export const vocabulary = JSON.stringify({
  classification: ['public', 'internal'],
  tags: { public: { classification: 'public', description: 'For everybody.' } },
  roles: Object.fromEntries(numbers(roles).map((role) => [`role-${role}`, 'Keeps a part of the ledger.'])),
  zones: ['anywhere'],
});

/** @returns the folder for a gateway's `policies` */
export async function writePolicies(folder: string, rules = permitAll): Promise<string> {
  const policies = join(folder, 'policies');
  await mkdir(join(policies, 'global'), { recursive: true });
  await writeFile(join(policies, 'global/vocabulary.yaml'), vocabulary);
  await writeFile(join(policies, 'global/rules.cedar'), rules);
  return policies;
}

/** The SDL; arguments are said to read no column (they count, or name a key), and weights to be no secret of what is computed of them. */
export function linked(sdl: string): string {
  const document = visit(parse(sdl), {
    InputValueDefinition: (argument) => withDirective(argument, 'usesNothing'),
    FieldDefinition: {
      leave: (field) => (isOwnWeight(field) ? withDirective(field, 'declassify') : undefined),
    },
  });
  return `${print(document).replace('import: [', 'import: ["@composeDirective", ')}
extend schema
  @link(url: "https://portcullis.dev/spec/v1.0", import: ["@usesNothing", "@declassify"])
  @composeDirective(name: "@usesNothing")
  @composeDirective(name: "@declassify")
directive @usesNothing(reason: String) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION
directive @declassify(reason: String! = "A benchmark.") on FIELD_DEFINITION
`;
}

function isOwnWeight({ name, directives = [] }: FieldDefinitionNode): boolean {
  return name.value === 'weight' && !directives.some((each) => each.name.value === 'external');
}

function withDirective<Node extends FieldDefinitionNode | InputValueDefinitionNode>(
  node: Node,
  name: string,
): Node {
  const directive = { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: name } } as const;
  return { ...node, directives: [...(node.directives ?? []), directive] };
}

/** SDL of the subgraph that makes the graph large: books with columns. */
export function ledger(): string {
  const types = numbers(books).map((book) => {
    const fields = numbers(columns).map((column) => `c${column}: Int`);
    return `type Book${book} {\n  ${fields.join('\n  ')}\n}`;
  });
  const roots = numbers(books).map((book) => `book${book}: Book${book}`);
  return `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9")
type Query {
  ${roots.join('\n  ')}
}
${types.join('\n')}
`;
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
