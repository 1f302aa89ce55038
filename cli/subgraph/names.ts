/** The names of a graph's subgraphs, without composing it. */
import { readFile } from 'node:fs/promises';
import { readSource } from '@portcullis/schema/compose/source';
import { Kind, parse } from 'graphql';

/** Of a supergraph.yaml, or of a composed .graphql; undefined if it cannot be read. */
export async function subgraphNamesIn(source: string): Promise<readonly string[] | undefined> {
  try {
    if (!source.endsWith('.graphql')) return (await readSource(source, process.env)).map(({ name }) => name);
    return composedNames(await readFile(source, 'utf8'));
  } catch {
    return undefined;
  }
}

/** `enum join__Graph { MUSIC @join__graph(name: "music", url: "…") }` (join spec v0.1 and later). */
function composedNames(sdl: string): readonly string[] {
  return parse(sdl, { noLocation: true }).definitions.flatMap((node) => {
    if (node.kind !== Kind.ENUM_TYPE_DEFINITION || node.name.value !== 'join__Graph') return [];
    return (node.values ?? []).flatMap(({ directives = [] }) =>
      directives.flatMap(({ arguments: given = [] }) =>
        given.flatMap(({ name, value }) =>
          name.value === 'name' && value.kind === Kind.STRING ? [value.value] : [],
        ),
      ),
    );
  });
}
