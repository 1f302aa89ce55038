/** What clients see of the graph. */
import type { Supergraph as FederatedSupergraph } from '@apollo/federation-internals';
import { GraphQLSchema, getNamedType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';

/**
 * The API schema of the federation, without the types that only composed directives have as arguments: composition takes
 * those directives out and leaves, for one, the enum of `@uses`.
 */
export function apiSchema(federated: FederatedSupergraph, composed: GraphQLSchema): GraphQLSchema {
  const api = federated.apiSchema().toGraphQLJSSchema();
  const config = api.toConfig();
  const ofDirectives = new Set(
    composed.getDirectives().flatMap(({ args }) => args.map(({ type }) => getNamedType(type).name)),
  );
  const used = referencedTypes(api);
  return new GraphQLSchema({
    ...config,
    types: config.types.filter(({ name }) => !ofDirectives.has(name) || used.has(name)),
  });
}

/** Named by a field, an argument or a directive of the API itself. */
function referencedTypes(api: GraphQLSchema): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (typed: { readonly type: Parameters<typeof getNamedType>[0] }) => {
    const named = getNamedType(typed.type);
    if (named) names.add(named.name);
  };
  for (const { args } of api.getDirectives()) args.forEach(add);
  for (const type of Object.values(api.getTypeMap())) {
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) [field, ...field.args].forEach(add);
    } else if (isInputObjectType(type)) {
      Object.values(type.getFields()).forEach(add);
    }
  }
  return names;
}
