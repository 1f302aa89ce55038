/** From composition's errors to places: which line of which owner's file a message is about. */
import { type ASTNode, type DocumentNode, type GraphQLError, Kind } from 'graphql';
import type { Place } from './problem.ts';
import type { SubgraphEntry } from './source.ts';

/** A subgraph whose SDL has been read and parsed. */
export interface SubgraphSource extends SubgraphEntry {
  readonly sdl: string;
  readonly document: DocumentNode;
}

/** The places of an error, in the order in which composition gives them. */
export function placesOf(error: GraphQLError, subgraphs: readonly SubgraphSource[]): [Place, ...Place[]] {
  const places = (error.nodes ?? []).flatMap((node) => placeOf(node, subgraphs) ?? []);
  return oncePerLine(places.length > 0 ? places : placesInText(error.message, subgraphs));
}

export function placeOf(node: ASTNode, subgraphs: readonly SubgraphSource[]): Place | undefined {
  const subgraph = subgraphs.find((candidate) => candidate.schemaFile === node.loc?.source.name);
  if (subgraph === undefined || node.loc === undefined) return undefined;
  // The parser counts a description as part of a definition; people look for the name.
  const token = 'name' in node && node.name?.loc ? node.name.loc.startToken : node.loc.startToken;
  const { schemaFile: file, name, owner } = subgraph;
  return { file, line: token.line, column: token.column, subgraph: name, owner };
}

/** Satisfiability errors carry no nodes, only text: look up the coordinates and subgraphs it quotes. */
function placesInText(message: string, subgraphs: readonly SubgraphSource[]): Place[] {
  const coordinates = [...message.matchAll(/"([A-Za-z_]\w*)\.([A-Za-z_]\w*)"/g)];
  const fields = coordinates.flatMap(([, type = '', field = '']) =>
    subgraphs.flatMap((subgraph) => {
      const node = fieldNode(subgraph.document, type, field);
      return node === undefined ? [] : (placeOf(node, subgraphs) ?? []);
    }),
  );
  if (fields.length > 0) return fields;
  const named = subgraphs.filter(
    (subgraph) => message.includes(`"${subgraph.name}"`) || message.includes(`[${subgraph.name}]`),
  );
  return (named.length > 0 ? named : subgraphs).map((subgraph) => subgraph.place);
}

function fieldNode(document: DocumentNode, type: string, field: string): ASTNode | undefined {
  for (const definition of document.definitions) {
    const isType =
      definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
      definition.kind === Kind.OBJECT_TYPE_EXTENSION ||
      definition.kind === Kind.INTERFACE_TYPE_DEFINITION ||
      definition.kind === Kind.INTERFACE_TYPE_EXTENSION;
    if (!isType || definition.name.value !== type) continue;
    const found = definition.fields?.find((candidate) => candidate.name.value === field);
    if (found !== undefined) return found;
  }
  return undefined;
}

function oncePerLine(places: readonly Place[]): [Place, ...Place[]] {
  const byLine = new Map(places.map((place) => [`${place.file}:${place.line}`, place]));
  const [first, ...others] = byLine.values();
  if (first === undefined) throw new Error('a composition has at least one subgraph to point at');
  return [first, ...others];
}
