/** What a field's subgraphs are given of the objects around it: `@fromContext`, by coordinate. */
import {
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isUnionType,
} from 'graphql';
import { applicationsOf } from './directives.ts';
import type { DirectiveNames } from './features.ts';
import { fieldSetCoordinates } from './field-set.ts';
import type { Coordinate } from './supergraph.ts';

interface Reader {
  readonly schema: GraphQLSchema;
  readonly names: DirectiveNames;
}

/** Wherever such a context may be set: where it is taken from is for the operation to say. */
export function readFromContext(
  reader: Reader,
  parent: GraphQLObjectType | GraphQLInterfaceType,
  fieldName: string,
): readonly Coordinate[] {
  const { schema, names } = reader;
  if (names.context === undefined) return [];
  return [parent, ...parent.getInterfaces()].flatMap((type) => {
    const field = type.getFields()[fieldName];
    const joins = field ? applicationsOf(schema, field, names.joinField) : [];
    return joins
      .flatMap(({ contextArguments }) => (Array.isArray(contextArguments) ? contextArguments : []))
      .flatMap(({ context, selection }: Readonly<Record<string, unknown>>) =>
        typesWithContext(reader, String(context)).flatMap((each) => [
          ...fieldSetCoordinates(schema, each, String(selection)),
        ]),
      );
  });
}

/** An abstract type sets it for each type that it can be; the rules of an interface's own fields hold as well. */
function typesWithContext({ schema, names }: Reader, context: string): readonly string[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (!applicationsOf(schema, type, names.context).some(({ name }) => name === context)) return [];
    if (!isAbstractType(type)) return [type.name];
    const possible = schema.getPossibleTypes(type).map(({ name }) => name);
    return isUnionType(type) ? possible : [type.name, ...possible];
  });
}
