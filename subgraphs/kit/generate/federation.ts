/** How the authored document names federation's directives, which it may import, rename or leave prefixed (federation spec, `@link`). */
import { type DocumentNode, Kind, valueFromASTUntyped } from 'graphql';
import { directives, stringArgument } from '../model/directives.ts';

const federationSpec = 'https://specs.apollo.dev/federation/';

/** The name under which a federation directive can be written in this document: `@shareable` or `@federation__shareable`. */
export function federationName(document: DocumentNode, directive: string): string {
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_EXTENSION && definition.kind !== Kind.SCHEMA_DEFINITION) continue;
    for (const link of directives(definition, 'link')) {
      if (stringArgument(link, 'url')?.startsWith(federationSpec) !== true) continue;
      const imported = link.arguments?.find(({ name }) => name.value === 'import')?.value;
      const found = imported && importedAs(valueFromASTUntyped(imported), `@${directive}`);
      return found ?? `@${stringArgument(link, 'as') ?? 'federation'}__${directive}`;
    }
  }
  return `@federation__${directive}`;
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
