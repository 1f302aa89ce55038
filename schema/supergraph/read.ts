/** Reads a composed supergraph into the one model that everything shares. */
import {
  assertValidSchema,
  buildASTSchema,
  type DocumentNode,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isObjectType,
  parse,
} from 'graphql';
import { apiSchema } from './api-schema.ts';
import { applicationsOf } from './directives.ts';
import { readElements } from './elements.ts';
import { type DirectiveNames, resolveFeatures } from './features.ts';
import { fieldSetCoordinates } from './field-set.ts';
import { readLinks } from './links.ts';
import {
  type Element,
  type Enforceable,
  type EventsAddress,
  type SubgraphAddress,
  type Supergraph,
  SupergraphError,
} from './supergraph.ts';

/** By the name of a subgraph. */
export type Events = ReadonlyMap<string, EventsAddress>;
export type Enforcement = ReadonlyMap<string, readonly Enforceable[]>;

/** @throws SupergraphError saying what is wrong with the supergraph and what to do */
export function readSupergraph(
  sdl: string,
  events: Events = new Map(),
  enforces: Enforcement = new Map(),
): Supergraph {
  const reading = readInSteps(sdl, events, enforces);
  for (;;) {
    const step = reading.next();
    if (step.done === true) return step.value;
  }
}

/** The same with pauses, so that somebody who serves meanwhile can: a large graph takes a while as a whole. */
export function* readInSteps(
  sdl: string,
  events: Events,
  enforces: Enforcement,
): Generator<void, Supergraph> {
  const document = parseSdl(sdl);
  const links = readLinks(document);
  const names = resolveFeatures(document, links);
  yield;
  const composed = buildComposed(document);
  yield;
  const { graphs, subgraphs } = readSubgraphs(composed, names, { events, enforces });
  const elements = readElements({ schema: composed, names, graphs });
  const byCoordinate = new Map(elements.map((element) => [element.coordinate, element]));
  assertUsesExist(byCoordinate);
  yield;
  return Object.freeze({
    sdl,
    api: apiSchema(document, links, names.inaccessible),
    composed,
    subgraphs,
    elements: byCoordinate,
    fields: fieldsByType(elements),
    possibleTypes: readPossibleTypes(composed),
    interfaces: readInterfaces(composed),
    keys: readKeys(composed, names),
  });
}

function parseSdl(sdl: string): DocumentNode {
  try {
    return parse(sdl, { noLocation: true });
  } catch (cause) {
    throw new SupergraphError(`the supergraph is not GraphQL SDL: ${messageOf(cause)}`, { cause });
  }
}

/** Validates as well: whoever reads this model, or plans by the same text, relies on its being a schema. */
function buildComposed(document: DocumentNode): GraphQLSchema {
  try {
    const schema = buildASTSchema(document);
    assertValidSchema(schema);
    return schema;
  } catch (cause) {
    throw new SupergraphError(`this is not a supergraph that can be served: ${messageOf(cause)}`, { cause });
  }
}

function readSubgraphs(
  schema: GraphQLSchema,
  names: DirectiveNames,
  { events, enforces }: { readonly events: Events; readonly enforces: Enforcement },
) {
  const graphs = new Map<string, string>();
  const subgraphs = new Map<string, SubgraphAddress>();
  const type = schema.getType(names.joinGraphEnum);
  for (const value of isEnumType(type) ? type.getValues() : []) {
    const [graph] = applicationsOf(schema, value, names.joinGraph);
    if (graph === undefined)
      throw new SupergraphError(`subgraph ${value.name} has no \`@${names.joinGraph}\``);
    const name = String(graph['name']);
    graphs.set(value.name, name);
    const address = { name, url: String(graph['url']), events: events.get(name) };
    subgraphs.set(name, Object.freeze({ ...address, enforces: new Set(enforces.get(name)) }));
  }
  return { graphs, subgraphs };
}

/** A link to a column that is not there would protect nothing. */
function assertUsesExist(elements: ReadonlyMap<string, Element>): void {
  for (const { coordinate, uses } of elements.values()) {
    for (const use of uses) {
      if (elements.get(use.field)?.kind === 'field') continue;
      throw new SupergraphError(
        `\`${coordinate}\` uses \`${use.field}\`, which is no field of the supergraph. Correct its \`@uses\`.`,
      );
    }
  }
}

function fieldsByType(elements: readonly Element[]): Supergraph['fields'] {
  const fields = new Map<string, Element[]>();
  for (const element of elements) {
    if (element.kind !== 'field') continue;
    const type = element.coordinate.slice(0, element.coordinate.indexOf('.'));
    const ofType = fields.get(type);
    if (ofType === undefined) fields.set(type, [element]);
    else ofType.push(element);
  }
  return fields;
}

function readPossibleTypes(schema: GraphQLSchema): Supergraph['possibleTypes'] {
  const possible = new Map<string, ReadonlySet<string>>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (isObjectType(type)) possible.set(type.name, new Set([type.name]));
    if (isAbstractType(type)) {
      possible.set(type.name, new Set(schema.getPossibleTypes(type).map(({ name }) => name)));
    }
  }
  return possible;
}

function readInterfaces(schema: GraphQLSchema): Supergraph['interfaces'] {
  const interfaces = new Map<string, ReadonlySet<string>>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    interfaces.set(type.name, new Set(type.getInterfaces().map(({ name }) => name)));
  }
  return interfaces;
}

function readKeys(schema: GraphQLSchema, names: DirectiveNames): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    for (const { key } of applicationsOf(schema, type, names.joinType)) {
      if (typeof key !== 'string') continue;
      for (const coordinate of fieldSetCoordinates(schema, type.name, key)) keys.add(coordinate);
    }
  }
  return keys;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
