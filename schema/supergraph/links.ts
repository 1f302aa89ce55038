/** What a supergraph links (link spec; core spec before it): each spec by its identity, whatever name it goes by here. */
import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type DefinitionNode,
  type DocumentNode,
  Kind,
} from 'graphql';
import { SupergraphError } from './supergraph.ts';

const bootstraps = new Map([
  ['https://specs.apollo.dev/link', { argument: 'url', name: 'link' }],
  ['https://specs.apollo.dev/core', { argument: 'feature', name: 'core' }],
]);

interface SpecUrl {
  /** Without the version: `https://specs.apollo.dev/join`. */
  readonly identity: string;
  /** Its last segment: `join`. */
  readonly name: string;
  /** `0.3`. */
  readonly version: string;
}

/** One linked spec. */
export class Link {
  readonly identity: string;
  readonly version: string;
  /** `for:`, as it is written; what may stand there is judged by who reads it. */
  readonly purpose: string | undefined;
  readonly #specName: string;
  /** What stands before `__` in the names of its elements. */
  readonly #namespace: string;
  /** Names in this schema by names in the spec; directives with their `@`. */
  readonly #imports: ReadonlyMap<string, string>;
  readonly #imported: ReadonlySet<string>;

  constructor(url: SpecUrl, given: ReadonlyMap<string, ConstValueNode>) {
    this.identity = url.identity;
    this.version = url.version;
    this.#specName = url.name;
    this.#namespace = textOf(given.get('as')) ?? url.name;
    this.purpose = textOf(given.get('for'));
    this.#imports = importsOf(url, given.get('import'));
    this.#imported = new Set(this.#imports.values());
    Object.freeze(this);
  }

  toString(): string {
    return `${this.identity}/v${this.version}`;
  }

  /** The name in this schema of a directive that the spec defines. */
  directive(name: string): string {
    const imported = this.#imports.get(`@${name}`);
    if (imported !== undefined) return imported.slice(1);
    return name === this.#specName ? this.#namespace : `${this.#namespace}__${name}`;
  }

  type(name: string): string {
    return this.#imports.get(name) ?? `${this.#namespace}__${name}`;
  }

  ownsDirective(name: string): boolean {
    return name === this.#namespace || this.#owns(name) || this.#imported.has(`@${name}`);
  }

  ownsType(name: string): boolean {
    return this.#owns(name) || this.#imported.has(name);
  }

  #owns(name: string): boolean {
    return name.startsWith(`${this.#namespace}__`);
  }
}

/**
 * Every link by identity; empty for a schema that links nothing.
 * @throws SupergraphError where a link can be understood in more than one way, or in none
 */
export function readLinks(document: DocumentNode): ReadonlyMap<string, Link> {
  const applied = document.definitions.flatMap(directivesOfSchema);
  return linksAmong(applied, bootstrapOf(applied));
}

/** A subgraph may leave the link to the link spec itself to federation (federation spec, "@link"). */
export function readSubgraphLinks(document: DocumentNode): ReadonlyMap<string, Link> {
  const applied = document.definitions.flatMap(directivesOfSchema);
  return linksAmong(applied, bootstrapOf(applied) ?? { argument: 'url', directive: 'link' });
}

function linksAmong(
  applied: readonly ConstDirectiveNode[],
  bootstrap: ReturnType<typeof bootstrapOf>,
): ReadonlyMap<string, Link> {
  const links = new Map<string, Link>();
  if (bootstrap === undefined) return links;
  for (const node of applied) {
    if (node.name.value !== bootstrap.directive) continue;
    const given = argumentsOf(node);
    const url = specUrl(textOf(given.get(bootstrap.argument)));
    if (url === undefined) {
      throw new SupergraphError(`a \`@${bootstrap.directive}\` names no spec and version`);
    }
    if (links.has(url.identity)) throw new SupergraphError(`${url.identity} is linked twice`);
    links.set(url.identity, new Link(url, given));
  }
  return links;
}

/** The link that says by which directive the others are linked: it names itself (link spec, "Bootstrapping"). */
function bootstrapOf(applied: readonly ConstDirectiveNode[]) {
  for (const node of applied) {
    const given = argumentsOf(node);
    for (const [identity, { argument, name }] of bootstraps) {
      if (specUrl(textOf(given.get(argument)))?.identity !== identity) continue;
      if (node.name.value === (textOf(given.get('as')) ?? name))
        return { argument, directive: node.name.value };
    }
  }
  return undefined;
}

function directivesOfSchema(node: DefinitionNode): readonly ConstDirectiveNode[] {
  const isSchema = node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION;
  return isSchema ? (node.directives ?? []) : [];
}

function argumentsOf({ arguments: given = [] }: ConstDirectiveNode): ReadonlyMap<string, ConstValueNode> {
  return new Map(given.map(({ name, value }) => [name.value, value]));
}

function textOf(node: ConstValueNode | undefined): string | undefined {
  return node?.kind === Kind.STRING || node?.kind === Kind.ENUM ? node.value : undefined;
}

function specUrl(text: string | undefined): SpecUrl | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const { origin, protocol, host, pathname } = new URL(text);
  const [, path = '', name = '', version = ''] = /^(.*\/([^/]+))\/v(\d+\.\d+)$/.exec(pathname) ?? [];
  if (name === '') return undefined;
  return { identity: `${origin === 'null' ? `${protocol}//${host}` : origin}${path}`, name, version };
}

function importsOf(url: SpecUrl, node: ConstValueNode | undefined): ReadonlyMap<string, string> {
  const imports = new Map<string, string>();
  if (node === undefined || node.kind === Kind.NULL) return imports;
  for (const item of node.kind === Kind.LIST ? node.values : [node]) {
    const [name, alias = name] = importOf(item);
    if (name === undefined || alias === undefined || name.startsWith('@') !== alias.startsWith('@')) {
      throw new SupergraphError(`an \`import\` of ${url.identity} is neither a name nor {name, as}`);
    }
    imports.set(name, alias);
  }
  return imports;
}

function importOf(node: ConstValueNode): readonly (string | undefined)[] {
  if (node.kind === Kind.STRING) return [node.value];
  if (node.kind !== Kind.OBJECT) return [];
  const fields = new Map(node.fields.map(({ name, value }) => [name.value, value]));
  const alias = fields.get('as');
  return alias === undefined
    ? [textOf(fields.get('name'))]
    : [textOf(fields.get('name')), textOf(alias) ?? ''];
}
