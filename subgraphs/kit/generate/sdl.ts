/** From a domain's authored schema to the SDL that its subgraph serves and that composition reads. */
import { type DocumentNode, Kind, parse, print, visit } from 'graphql';
import { dimensionsOf } from '../model/aggregates.ts';
import { type Domain, type TableEntity, tableEntities, tableEntity } from '../model/domain.ts';
import { Problems } from '../model/problems.ts';
import { readDomain } from '../model/read.ts';
import { parsedFields, servedDocument, withQueryFields } from './authored.ts';
import { connectionArguments, connectionTypes, defaultFirst } from './connection.ts';
import { federationName, linksFederation } from './federation.ts';
import { groupedArguments, groupedTypes } from './grouped.ts';
import { enumFilter, sharedDefinitions } from './shared.ts';
import { specDefinitions, statesAny } from './spec.ts';
import { usesKey } from './uses.ts';

const header = '# Generated from schema.graphql by `npm run generate`. Edit that file, not this one.\n';

/** @throws AuthoringError when the authored schema cannot be served. */
export function generateSdl(authored: string): string {
  return servedSdl(readDomain(authored));
}

export function servedSdl(domain: Domain): string {
  const products = tableEntities(domain).filter(({ product }) => product !== undefined);
  const generated = [
    ...listed(domain, products).map(connectionTypes),
    ...products.filter(isGrouped).map(groupedTypes),
  ];
  const isStated = generated.length > 0 || statesAny(domain.document);
  const definitions = isStated
    ? parse([specDefinitions(domain.document), ...generated].join('\n')).definitions
    : [];
  checkDocument(domain, definitions);
  const served = withQueryFields(servedDocument(domain), products.flatMap(rootFields));
  return (
    header + print(withShared(domain, { ...served, definitions: [...served.definitions, ...definitions] }))
  );
}

/** A type is grouped only if it has something to be grouped by. */
export function isGrouped(entity: TableEntity): boolean {
  return entity.product !== undefined && dimensionsOf(entity).length > 0;
}

/** Types that are listed anywhere: as a product or as a collection of another type. */
function listed(domain: Domain, products: readonly TableEntity[]): readonly TableEntity[] {
  const targets = [...domain.entities.values()].flatMap(({ collections }) =>
    [...collections.values()].map(({ target }) => tableEntity(domain, target)),
  );
  return [...new Set([...products, ...targets])];
}

/** Nullable: a field of a domain that does not answer is null, and a null that is not allowed would take all others along. */
function rootFields(entity: TableEntity): ReturnType<typeof parsedFields> {
  const { name, product } = entity;
  if (product === undefined) return [];
  const list = `"A list of ${name}; null while the domain does not answer." ${product.list}${connectionArguments(entity, defaultFirst.product)}: ${name}Connection ${usesKey(entity, 'ORDER')}`;
  const grouped = isGrouped(entity)
    ? `"Groups of ${name} and what they amount to; null while the domain does not answer." ${product.grouped}${groupedArguments(entity)}: ${name}GroupConnection ${usesKey(entity, 'AGGREGATE')}`
    : '';
  return parsedFields(`${list} ${grouped}`);
}

function checkDocument(domain: Domain, generated: DocumentNode['definitions']): void {
  const problems = new Problems();
  if (!linksFederation(domain.document)) {
    problems.report(
      undefined,
      'schema',
      'links no version of federation. Begin with extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"]).',
    );
  }
  const names = new Set(generated.flatMap((node) => ('name' in node && node.name ? node.name.value : [])));
  for (const name of sharedDefinitions('').keys()) names.add(name);
  for (const node of domain.document.definitions) {
    if (!('name' in node) || node.name === undefined || !names.has(node.name.value)) continue;
    problems.report(node, node.name.value, 'has the name of a generated definition. Remove or rename it.');
  }
  problems.throwIfAny();
}

/** Adds the shared definitions that the document names, and those that these name in turn. */
function withShared(domain: Domain, document: DocumentNode): DocumentNode {
  const shared = sharedDefinitions(federationName(domain.document, 'shareable'));
  const defined = new Set(
    document.definitions.flatMap((node) => ('name' in node && node.name ? node.name.value : [])),
  );
  const added: DocumentNode['definitions'][number][] = [];
  const visitor = {
    NamedType: ({ name: { value: name } }: { readonly name: { readonly value: string } }): void => {
      if (defined.has(name)) return;
      const sdl = shared.get(name) ?? enumFilterNamed(domain, name);
      if (sdl === undefined) return;
      defined.add(name);
      const { definitions } = parse(sdl);
      added.push(...definitions);
      for (const definition of definitions) visit(definition, visitor);
    },
  };
  visit(document, visitor);
  return { kind: Kind.DOCUMENT, definitions: [...document.definitions, ...added] };
}

function enumFilterNamed({ enums }: Domain, name: string): string | undefined {
  const enumName = name.replace(/Filter$/, '');
  return enumName !== name && enums.has(enumName) ? enumFilter(enumName) : undefined;
}
