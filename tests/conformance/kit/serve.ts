/** Makes a subgraph of its SDL: it serves of the graph's data what it defines, and knows of the rest what it is given. */
import type { SubgraphFixture } from '@portcullis/gateway/fixture/subgraph';
import {
  type FieldDefinition,
  readDefinition,
  type SubgraphDefinition,
  type TypeDefinition,
} from './definitions.ts';
import {
  type ConformanceGraph,
  type Resolver,
  type Resolvers,
  type Row,
  resolverFor,
  type Store,
} from './graph.ts';

/** On what an entity was resolved from: the representation. */
const given = Symbol('given');

export interface Serving {
  readonly graph: Pick<ConformanceGraph, 'subgraphs' | 'resolvers' | 'resolversOf'>;
  readonly store: () => Store;
}

export function serve(name: string, { graph, store }: Serving): SubgraphFixture {
  const sdl = graph.subgraphs[name] ?? '';
  const definition = readDefinition(sdl);
  const own = graph.resolversOf?.[name] ?? {};
  const resolvers: Record<string, Record<string, unknown>> = {};
  for (const type of definition.types) {
    const foreign = foreignTo(type, graph.subgraphs);
    const made = { definition, type, own, shared: graph.resolvers ?? {}, store, foreign };
    const fields = type.fields.map((field) => [field.name, resolverOf(field, made)]);
    // An extension adds to what the type has.
    resolvers[type.name] = {
      ...resolvers[type.name],
      ...Object.fromEntries(fields),
      ...referenceOf(type, own, store),
    };
  }
  for (const type of definition.interfaces) resolvers[type.name] = referenceOf(type, own, store);
  return { name, sdl, resolvers: resolvers as SubgraphFixture['resolvers'] };
}

interface Made {
  readonly definition: SubgraphDefinition;
  readonly type: TypeDefinition;
  readonly own: Resolvers;
  readonly shared: Resolvers;
  readonly store: () => Store;
  readonly foreign: ReadonlySet<string>;
}

/** Fields of the type that this subgraph does not serve. */
function foreignTo(
  { name, fields }: TypeDefinition,
  subgraphs: Serving['graph']['subgraphs'],
): ReadonlySet<string> {
  const everywhere = Object.values(subgraphs).flatMap((sdl) =>
    readDefinition(sdl).types.flatMap((type) => (type.name === name ? type.fields : [])),
  );
  const own = new Set(fields.flatMap((field) => (field.isExternal ? [] : [field.name])));
  return new Set(everywhere.map((field) => field.name).filter((field) => !own.has(field)));
}

function resolverOf({ name, isExternal }: FieldDefinition, made: Made) {
  const { definition, type, own, shared, store, foreign } = made;
  const resolver: Resolver | undefined =
    resolverFor(own, type.name, name) ?? resolverFor(shared, type.name, name);
  return (source: Row | undefined, args: Row) => {
    const row = source ?? {};
    if (isExternal) {
      const representation: Row = Reflect.get(row, given) ?? {};
      if (Object.hasOwn(representation, name)) return representation[name];
      if (!definition.provided.has(name)) throw new Error(`${type.name}.${name} is served elsewhere`);
    }
    const visible = isExternal ? row : seen(row, foreign);
    return resolver === undefined ? visible[name] : resolver(visible, args, store());
  };
}

/** Of a row: what is the subgraph's own, and what it was given. */
function seen(row: Row, foreign: ReadonlySet<string>): Row {
  const own = Object.entries(row).filter(([name]) => !foreign.has(name));
  const representation: Row = Reflect.get(row, given) ?? {};
  const required = Object.entries(representation).filter(([name]) => foreign.has(name));
  return Object.fromEntries([...own, ...required]);
}

function referenceOf(
  { name, keys }: Pick<TypeDefinition, 'name' | 'keys'>,
  own: Resolvers,
  store: () => Store,
) {
  if (keys.length === 0) return {};
  const resolver = resolverFor(own, name, '__resolveReference');
  return {
    __resolveReference(representation: Row) {
      const row = resolver === undefined ? lookUp(representation) : resolver(representation, {}, store());
      return isRow(row) ? { ...row, [given]: representation } : row;
    },
  };

  function lookUp(representation: Row): Row | null {
    const key = keys.find((each) => each.every((field) => Object.hasOwn(representation, field)));
    if (key === undefined) throw new Error(`no key of ${name} in ${JSON.stringify(representation)}`);
    return store().find(name, Object.fromEntries(key.map((field) => [field, representation[field]])));
  }
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null;
}
