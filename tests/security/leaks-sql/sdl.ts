/** A random domain as somebody would author it. */
import {
  backsOf,
  enumName,
  type RandomColumn,
  type RandomDomain,
  type RandomType,
  stub,
  tableOf,
} from './domain.ts';

export function sdlOf(domain: RandomDomain): string {
  const guard =
    domain.isSecured && domain.types.some(({ columns }) => columns.some(({ isGuarded }) => isGuarded));
  return [
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag"])',
    guard ? 'extend schema @guard(tags: ["pii"])' : '',
    `"How large." enum ${enumName} { SMALL MEDIUM LARGE }`,
    ...domain.types.flatMap((type) => typesOf(domain, type)),
    `"Known elsewhere." type ${stub} @key(fields: "id") { id: ID! ${collectionsOf(domain, stub)} }`,
    `type Query { ${domain.types.map(({ name, list }) => `${list}Found(keys: [ID!]!): [${name}]!`).join(' ')} }`,
  ].join('\n');
}

function typesOf(domain: RandomDomain, type: RandomType): readonly string[] {
  const { name, variants, list, subject } = type;
  const keys = type.columns.filter(({ isKey }) => isKey).map((column) => `@key(fields: "${column.name}")`);
  const product = `@dataProduct(list: "${list}", subject: "${subject}")`;
  const links = type.links.map(
    ({ field, column, target }) => `${field}: ${target} @reference(by: ["${column}"])`,
  );
  const rest = `${links.join(' ')} ${collectionsOf(domain, name)}`;
  const marked = type.columns.map((column) => fieldOf(column, true)).join(' ');
  if (variants.length === 0)
    return [
      `"Rows." type ${name} ${keys.join(' ')} @table(name: "${tableOf(type)}") ${product} { ${marked} ${rest} }`,
    ];
  const plain = type.columns.map((column) => fieldOf(column, false)).join(' ');
  return [
    `"Rows of two types." interface ${name} ${keys.join(' ')} @table(name: "${tableOf(type)}") ${product} { ${marked} ${rest} }`,
    ...variants.map(
      (variant) =>
        `"One of two." type ${variant} implements ${name} ${keys.join(' ')} @table(name: "${tableOf(type)}", kind: "${variant}") { ${plain} ${rest} }`,
    ),
  ];
}

function fieldOf(column: RandomColumn, isProduct: boolean): string {
  const { name, scalar, isEnum, isList, isNullable, isDimension, isMeasure, isGuarded } = column;
  const named = isEnum ? enumName : scalar;
  const roles = [
    ...(isDimension && isProduct ? ['@dimension'] : []),
    ...(isMeasure && isProduct ? ['@measure'] : []),
    ...(isGuarded ? ['@tag(name: "pii")'] : []),
  ];
  return `${name}: ${isList ? `[${named}!]` : named}${isNullable ? '' : '!'} ${roles.join(' ')}`;
}

function collectionsOf(domain: RandomDomain, name: string): string {
  return backsOf(domain, name)
    .map(({ type, link }) => `${link.back}: ${type.name}Connection! @collection(by: ["${link.column}"])`)
    .join(' ');
}
