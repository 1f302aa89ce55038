/** A graph as one view shows it: what is hidden is not there, and what is there is a schema. */
import type { AccessView } from '@portcullis/policies/engine/view';
import {
  type GraphQLArgument,
  type GraphQLArgumentConfig,
  GraphQLBoolean,
  GraphQLDirective,
  GraphQLEnumType,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigArgumentMap,
  type GraphQLInputField,
  type GraphQLInputFieldConfig,
  GraphQLInputObjectType,
  GraphQLInterfaceType,
  GraphQLList,
  type GraphQLNamedType,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  type GraphQLType,
  GraphQLUnionType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isSpecifiedDirective,
  isUnionType,
  OperationTypeNode,
} from 'graphql';
import { Visibility, type WithFields } from './visibility.ts';

/** Undefined if the view shows all there is. */
export function visibleSchema(schema: GraphQLSchema, view: AccessView): GraphQLSchema | undefined {
  const visibility = new Visibility(schema, view);
  return visibility.isWhole ? undefined : new Copy(schema, visibility).schema();
}

/** Definitions and what they are made of are copied; where they came from (`astNode`) is not: it holds all of it. */
class Copy {
  readonly #original: GraphQLSchema;
  readonly #visible: Visibility;
  readonly #copies = new Map<string, GraphQLNamedType>();

  constructor(original: GraphQLSchema, visible: Visibility) {
    this.#original = original;
    this.#visible = visible;
  }

  schema(): GraphQLSchema {
    const composite = Object.values(this.#original.getTypeMap()).filter((type) =>
      this.#visible.hasType(type),
    );
    return new GraphQLSchema({
      description: this.#original.description,
      query: this.#root(OperationTypeNode.QUERY) ?? emptyQuery(this.#original.getQueryType()?.name),
      mutation: this.#root(OperationTypeNode.MUTATION),
      subscription: this.#root(OperationTypeNode.SUBSCRIPTION),
      types: composite.map((type) => this.#named(type)),
      directives: this.#original.getDirectives().flatMap((directive) => this.#directive(directive)),
      assumeValid: true,
    });
  }

  #root(kind: OperationTypeNode): GraphQLObjectType | undefined {
    const root = this.#original.getRootType(kind);
    return root && this.#visible.hasType(root) ? this.#named(root) : undefined;
  }

  #type<T extends GraphQLType>(type: T): T;
  #type(type: GraphQLType): GraphQLType {
    if (isNonNullType(type)) return new GraphQLNonNull(this.#type(type.ofType));
    if (isListType(type)) return new GraphQLList(this.#type(type.ofType));
    return this.#named(type);
  }

  #named<T extends GraphQLNamedType>(type: T): T;
  #named(type: GraphQLNamedType): GraphQLNamedType {
    const known = this.#copies.get(type.name);
    if (known !== undefined) return known;
    const copy = type.name.startsWith('__') ? type : this.#copy(type);
    this.#copies.set(type.name, copy);
    return copy;
  }

  #copy(type: GraphQLNamedType): GraphQLNamedType {
    const { name, description } = type;
    if (isEnumType(type)) return this.#enum(type);
    if (isInputObjectType(type)) return this.#input(type);
    if (isUnionType(type)) {
      const members = () => type.getTypes().filter((each) => this.#visible.hasType(each));
      return new GraphQLUnionType({
        name,
        description,
        types: () => members().map((each) => this.#named(each)),
      });
    }
    if (!isObjectType(type) && !isInterfaceType(type)) return type;
    const interfaces = () => type.getInterfaces().filter((each) => this.#visible.hasType(each));
    const config = {
      name,
      description,
      interfaces: () => interfaces().map((each) => this.#named(each)),
      fields: () => this.#fields(type),
    };
    return isObjectType(type) ? new GraphQLObjectType(config) : new GraphQLInterfaceType(config);
  }

  #fields(type: WithFields): Record<string, GraphQLFieldConfig<unknown, unknown>> {
    const fields: Record<string, GraphQLFieldConfig<unknown, unknown>> = Object.create(null);
    for (const field of Object.values(type.getFields())) {
      if (!this.#visible.hasField(type, field)) continue;
      const shown = field.args.filter((each) => this.#visible.hasArgument(type, field, each));
      fields[field.name] = {
        description: field.description,
        type: this.#type(field.type),
        args: this.#arguments(shown),
        deprecationReason: field.deprecationReason,
      };
    }
    return fields;
  }

  #arguments(shown: readonly GraphQLArgument[]): GraphQLFieldConfigArgumentMap {
    const copies: Record<string, GraphQLArgumentConfig> = Object.create(null);
    for (const each of shown) copies[each.name] = this.#given(each);
    return copies;
  }

  #enum(type: GraphQLEnumType): GraphQLEnumType {
    const shown = type.getValues().filter((value) => this.#visible.inputs.has(type, value.name));
    const values = shown.map(({ name, description, value, deprecationReason }) => {
      return [name, { description, value, deprecationReason }] as const;
    });
    const { name, description } = type;
    return new GraphQLEnumType({ name, description, values: Object.fromEntries(values) });
  }

  #input(type: GraphQLInputObjectType): GraphQLInputObjectType {
    const { name, description, isOneOf } = type;
    const fields = () => {
      const copies: Record<string, GraphQLInputFieldConfig> = Object.create(null);
      for (const each of Object.values(type.getFields())) {
        if (this.#visible.inputs.hasField(type, each)) copies[each.name] = this.#given(each);
      }
      return copies;
    };
    return new GraphQLInputObjectType({ name, description, isOneOf, fields });
  }

  /** A default that makes use of what is hidden is as good as none: nobody who leaves it to that gets an answer. */
  #given(given: GraphQLArgument | GraphQLInputField): GraphQLArgumentConfig & GraphQLInputFieldConfig {
    const { description, type, defaultValue, deprecationReason } = given;
    const keepsDefault = defaultValue !== undefined && !this.#visible.inputs.isHidden(defaultValue, type);
    const isRequired = isNonNullType(type) && !keepsDefault;
    return {
      description,
      type: this.#type(type),
      ...(keepsDefault && { defaultValue }),
      // GraphQL §3.13.3: what is required cannot be deprecated.
      ...(!isRequired && { deprecationReason }),
    };
  }

  #directive(directive: GraphQLDirective): readonly GraphQLDirective[] {
    if (isSpecifiedDirective(directive)) return [directive];
    const { name, description, locations, isRepeatable, args } = directive;
    const shown = args.filter(({ type }) => this.#visible.inputs.canGive(type));
    if (args.some((each) => isRequiredArgument(each) && !shown.includes(each))) return [];
    return [
      new GraphQLDirective({ name, description, locations, isRepeatable, args: this.#arguments(shown) }),
    ];
  }
}

/** GraphQL §3.3.1: there is always something that can be asked for. */
function emptyQuery(name = 'Query'): GraphQLObjectType {
  const description = 'Nothing of this graph is open to you.';
  return new GraphQLObjectType({ name, fields: { _: { type: GraphQLBoolean, description } } });
}
