/** One graphql-js schema over all the data of a graph: what every engine has to answer like. */
import {
  buildSchema,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLSchema,
  graphql,
  isObjectType,
  printSchema,
} from 'graphql';
import { readDefinition } from './definitions.ts';
import { type Fault, isAbsence } from './faults.ts';
import {
  type ConformanceCase,
  type ConformanceGraph,
  type Outcome,
  type Resolver,
  type Row,
  resolverFor,
  type Store,
} from './graph.ts';
import { outcomeOf } from './outcome.ts';
import { createStore } from './store.ts';

export interface Monolith {
  ask(asked: ConformanceCase): Promise<Outcome>;
}

export function createMonolith(graph: ConformanceGraph, api: GraphQLSchema): Monolith {
  const schema = buildSchema(printSchema(api));
  const owners = ownersOf(graph);
  let current: { readonly store: Store; readonly faults: Readonly<Record<string, Fault>> };
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const resolver = resolverOf(graph, type, field.name);
      const servers = serversOf(owners, type, field.name);
      field.resolve = resolve(resolver, servers, field.name);
    }
  }

  function resolve(resolver: Resolver | undefined, servers: ReadonlySet<string>, name: string) {
    const resolveField: GraphQLFieldResolver<Row | undefined, unknown> = (source, args) => {
      const { store, faults } = current;
      const found = [...servers].map((server) => faults[server]);
      const [fault] = found;
      if (found.length === 1 && fault !== undefined) {
        if (isAbsence(fault)) return null;
        throw new Error(fault);
      }
      return resolver === undefined ? source?.[name] : resolver(source ?? {}, args, store);
    };
    return resolveField;
  }

  return {
    async ask({ query, variables, faults = {} }) {
      current = { store: createStore(graph.rows(), schema), faults };
      return outcomeOf(await graphql({ schema, source: query, variableValues: variables ?? {} }));
    },
  };
}

/** A type's own, or that of an interface: an `@interfaceObject` computes for all types behind it. */
function resolverOf({ resolvers = {} }: ConformanceGraph, type: GraphQLObjectType, field: string) {
  const names = [type.name, ...type.getInterfaces().map(({ name }) => name)];
  return names.flatMap((name) => resolverFor(resolvers, name, field) ?? []).at(0);
}

type Owners = ReadonlyMap<string, ReadonlySet<string>>;

function ownersOf({ subgraphs }: ConformanceGraph): Owners {
  const owners = new Map<string, Set<string>>();
  for (const [subgraph, sdl] of Object.entries(subgraphs)) {
    for (const { name: type, fields } of readDefinition(sdl).types) {
      for (const { name, isExternal } of fields) {
        const coordinate = `${type}.${name}`;
        if (!isExternal) owners.set(coordinate, (owners.get(coordinate) ?? new Set()).add(subgraph));
      }
    }
  }
  return owners;
}

function serversOf(owners: Owners, type: GraphQLObjectType, field: string): ReadonlySet<string> {
  const names = [type.name, ...type.getInterfaces().map(({ name }) => name)];
  return new Set(names.flatMap((name) => [...(owners.get(`${name}.${field}`) ?? [])]));
}
