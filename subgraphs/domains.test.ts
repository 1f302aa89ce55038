/** What every domain owes the mesh: fresh files, a clean composition, descriptions, classification, a full manifest. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { checkDomain } from '@portcullis/kit/generate/generate';
import { readBundle } from '@portcullis/policies/engine/bundle';
import { type PolicyFile, readPolicyFiles } from '@portcullis/policies/engine/folder';
import {
  readVocabulary,
  type Vocabulary,
  vocabularyFile,
} from '@portcullis/policies/engine/vocabulary/vocabulary';
import { type ComposedGraph, composeFile } from '@portcullis/schema/compose/compose';
import { lint } from '@portcullis/schema/lint/lint';
import { readSupergraph } from '@portcullis/schema/supergraph/read';
import { type DocumentNode, Kind, parse } from 'graphql';
import { parse as parseYaml } from 'yaml';

const domains = ['video', 'music', 'podcasts', 'live', 'audience', 'billing'] as const;
const house = join(import.meta.dirname, '..');

let graph: ComposedGraph;
let policies: readonly PolicyFile[];
let vocabulary: Vocabulary;
beforeAll(async () => {
  const composition = await composeFile(join(house, 'schema/supergraph.yaml'), {});
  if (composition.errors !== undefined) throw new Error(JSON.stringify(composition.errors, null, 2));
  graph = composition;
  policies = await readPolicyFiles(join(house, 'policies'));
  vocabulary = readVocabulary(policies.find(({ path }) => path === vocabularyFile)?.text ?? '');
});

/** An entry of `portcullis.access` in a product.yaml. */
interface AccessEntry {
  readonly role?: string;
  readonly team?: string;
  readonly scope?: string;
  readonly purposes?: readonly string[];
  readonly opens: string;
}

async function text(domain: string, file: string): Promise<string> {
  return readFile(join(import.meta.dirname, domain, file), 'utf8');
}

describe('the six domains together', () => {
  test('compose without an error or a hint', () => {
    expect(graph.hints).toEqual([]);
  });

  test('keep every convention: described, classified, nullable where it matters', () => {
    expect(lint(graph.subgraphs, vocabulary)).toEqual([]);
  });

  test('have rules without a fault or a warning', () => {
    const { rules, warnings } = readBundle(policies, readSupergraph(graph.supergraphSdl));
    expect(warnings).toEqual([]);
    expect(new Set(rules.map(({ scope }) => scope))).toEqual(new Set(['global', ...domains]));
  });

  test('say of each rule what it is for and who answers for it', () => {
    const { rules } = readBundle(policies, readSupergraph(graph.supergraphSdl));
    const owners = new Map(graph.subgraphs.map(({ name, owner }) => [name, owner]));
    for (const { id, scope, annotations } of rules) {
      expect([id, annotations.get('doc')]).toEqual([id, expect.stringMatching(/^[A-Z].{20,}\.$/)]);
      expect([id, annotations.get('owner')]).toEqual([id, owners.get(scope) ?? 'data-governance']);
    }
  });

  test('ask for the consent of the application in one place, and for a named condition in one', async () => {
    const schemas = (await Promise.all(domains.map((domain) => text(domain, 'schema.graphql')))).join('\n');
    expect(schemas.match(/@requiresScopes\(.*?\)/g)).toEqual([
      '@requiresScopes(scopes: [["billing:payments"]])',
    ]);
    expect(schemas.match(/@policy\(.*?\)/g)).toEqual(['@policy(policies: [["planned-figures"]])']);
  });

  test('define Media alike, and each implements it with types of its own', () => {
    const definitions = graph.subgraphs.flatMap(({ document }) =>
      document.definitions.filter(
        (node) => node.kind === Kind.INTERFACE_TYPE_DEFINITION && node.name.value === 'Media',
      ),
    );
    expect(definitions).toHaveLength(5);
    const media = graph.supergraphSdl.match(/type (\w+) implements [^\n]*\bMedia\b/g);
    expect(media?.map((line) => line.split(' ')[1]).sort()).toEqual([
      'Episode',
      'Movie',
      'Series',
      'Stream',
      'Track',
    ]);
  });

  test.each(['@interfaceObject', '@requires(', '@provides(', '@shareable', 'resolvable: false', 'union '])(
    'use %s',
    async (word) => {
      const schemas = await Promise.all(domains.map((domain) => text(domain, 'schema.graphql')));
      expect(schemas.filter((schema) => schema.includes(word))).not.toEqual([]);
    },
  );
});

describe.each(domains)('%s', (domain) => {
  let authored: DocumentNode;
  beforeAll(async () => {
    authored = parse(await text(domain, 'schema.graphql'));
  });

  test('serves what its schema says: the generated files are fresh', async () => {
    expect(await checkDomain(join(import.meta.dirname, domain))).toEqual([]);
  });

  test('describes and classifies each of its own fields itself', () => {
    const silent = authored.definitions.flatMap((type) => {
      if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.INTERFACE_TYPE_DEFINITION)
        return [];
      const tagged = (node: typeof type | NonNullable<typeof type.fields>[number]) =>
        node.directives?.some(({ name }) => name.value === 'tag') ?? false;
      // A type of another domain is described by its owner; here only the fields that are added to it are.
      const stub = type.description === undefined && type.name.value !== 'Query';
      const keys = new Set(
        (type.directives ?? []).flatMap(({ name, arguments: given }) =>
          name.value !== 'key'
            ? []
            : (given ?? []).flatMap(({ value }) =>
                value.kind === Kind.STRING ? value.value.split(' ') : [],
              ),
        ),
      );
      return (type.fields ?? []).flatMap((field) => {
        const external = field.directives?.some(({ name }) => name.value === 'external') ?? false;
        if (stub && (external || keys.has(field.name.value))) return [];
        const fine = field.description !== undefined && (tagged(field) || tagged(type));
        return fine ? [] : [`${type.name.value}.${field.name.value}`];
      });
    });
    expect(silent).toEqual([]);
  });

  test('has a manifest with everything that publishing asks for', async () => {
    const product = parseYaml(await text(domain, 'product.yaml'));
    expect(product).toMatchObject({
      apiVersion: 'v1.1.0',
      kind: 'DataProduct',
      id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      name: domain,
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      status: 'active',
      domain,
      description: {
        purpose: expect.stringMatching(/.{40}/s),
        usage: expect.stringMatching(/.{40}/s),
        limitations: expect.stringMatching(/.{40}/s),
      },
      team: { name: graph.subgraphs.find(({ name }) => name === domain)?.owner },
      support: expect.arrayContaining([expect.objectContaining({ url: expect.any(String) })]),
    });
    expect(product.team.members.filter(({ role }: { role: string }) => role === 'owner')).toHaveLength(1);
  });

  test('has a manifest that is true: its contract, root fields, freshness and whom it opens what exist', async () => {
    const product = parseYaml(await text(domain, 'product.yaml'));
    const contract = parseYaml(await text(domain, 'contract.yaml'));
    const served = await text(domain, 'subgraph.graphql');
    const [port] = product.outputPorts;
    expect(port.contractId).toBe(contract.id);
    for (const field of port.customProperties[0].value)
      expect(served).toMatch(new RegExp(`^  ${field}\\(`, 'm'));
    const facts = new Map<string, unknown>(
      product.customProperties.map(({ property, value }: { property: string; value: unknown }) => [
        property,
        value,
      ]),
    );
    const { elements } = readSupergraph(graph.supergraphSdl);
    expect(elements.get((facts.get('portcullis.freshness') as { field: string }).field)?.kind).toBe('field');
    const access = facts.get('portcullis.access') as readonly AccessEntry[];
    // Whoever a rule of the domain's own permits something is told, but for the team, which owns it.
    const { rules } = readBundle(policies, readSupergraph(graph.supergraphSdl));
    const permitted = rules.flatMap(({ scope, effect, principal }) =>
      scope === domain && effect === 'permit' && principal.kind === 'in' && principal.id !== `${domain}-team`
        ? [principal.id]
        : [],
    );
    const told = access.flatMap(({ role, team }) => role ?? team ?? []);
    expect(permitted.filter((name) => !told.includes(name))).toEqual([]);
    expect(told.filter((name) => !vocabulary.roles.has(name) && !vocabulary.teams.has(name))).toEqual([]);
    const purposes = access.flatMap((entry) => entry.purposes ?? []);
    expect(purposes.filter((purpose) => !vocabulary.purposes.has(purpose))).toEqual([]);
    const scopes = new Set(served.match(/"[a-z]+:[a-z]+"/g)?.map((scope) => scope.slice(1, -1)));
    expect(access.flatMap(({ scope }) => scope ?? [])).toEqual([...scopes]);
    expect(contract.roles.map(({ role }: { role: string }) => role)).toEqual(told);
  });

  test('has a contract of its own that names its input contracts rightly', async () => {
    const contracts = new Map(
      await Promise.all(
        domains.map(async (other) => [other, parseYaml(await text(other, 'contract.yaml')).id] as const),
      ),
    );
    expect(new Set(contracts.values()).size).toBe(domains.length);
    const { inputPorts = [] } = parseYaml(await text(domain, 'product.yaml'));
    for (const { name, contractId } of inputPorts) {
      expect(contractId).toBe(contracts.get(name.slice(0, name.indexOf('-'))));
    }
  });
});
