/** How the authored document names federation's directives, which it may import, rename or leave prefixed (federation spec, `@link`). */
import { type ConstDirectiveNode, type DocumentNode, Kind, valueFromASTUntyped } from 'graphql';
import { directives, stringArgument } from '../model/directives.ts';

const federationSpec = 'https://specs.apollo.dev/federation/';

/** The name under which a federation directive can be written in this document: `@shareable` or `@federation__shareable`. */
export function federationName(document: DocumentNode, directive: string): string {
  const link = federationLink(document);
  const imported = link?.arguments?.find(({ name }) => name.value === 'import')?.value;
  const name = imported && importedAs(valueFromASTUntyped(imported), `@${directive}`);
  return name ?? `@${(link && stringArgument(link, 'as')) ?? 'federation'}__${directive}`;
}

/** Without the link a schema counts as federation 1, which composition reads differently. */
export function linksFederation(document: DocumentNode): boolean {
  return federationLink(document) !== undefined;
}

function federationLink(document: DocumentNode): ConstDirectiveNode | undefined {
  return document.definitions
    .filter((node) => node.kind === Kind.SCHEMA_EXTENSION || node.kind === Kind.SCHEMA_DEFINITION)
    .flatMap((node) => directives(node, 'link'))
    .find((link) => stringArgument(link, 'url')?.startsWith(federationSpec));
}

function importedAs(imported: unknown, name: string): string | undefined {
  if (!Array.isArray(imported)) return undefined;
  for (const item of imported as readonly unknown[]) {
    if (item === name) return name;
    if (typeof item !== 'object' || item === null || !('name' in item) || item.name !== name) continue;
    return 'as' in item && typeof item.as === 'string' ? item.as : name;
  }
  return undefined;
}
