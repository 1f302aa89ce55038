/** Which fields of object types an operation can come to, whatever its conditions say. */
import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql';

export interface Used {
  readonly coordinate: string;
  /** A null in it is one in what is around it, too. */
  readonly bubbles: boolean;
}

export function usesIn(query: string, schema: GraphQLSchema): readonly Used[] {
  const used = new Map<string, boolean>();
  for (const definition of parse(query).definitions) {
    const root = schema.getQueryType();
    if (definition.kind === Kind.OPERATION_DEFINITION && root)
      walk(definition.selectionSet, root, { schema, used });
  }
  return [...used].map(([coordinate, bubbles]) => ({ coordinate, bubbles }));
}

interface Walking {
  readonly schema: GraphQLSchema;
  readonly used: Map<string, boolean>;
}

/** Wider than the truth where a fragment narrows a type that has been narrowed: that only makes more of them count. */
function walk({ selections }: SelectionSetNode, on: GraphQLCompositeType, walking: Walking): void {
  for (const node of selections) {
    if (node.kind === Kind.FIELD) walkField(node, on, walking);
    else if (node.kind === Kind.INLINE_FRAGMENT) {
      const condition = walking.schema.getType(node.typeCondition?.name.value ?? '');
      walk(node.selectionSet, isCompositeType(condition) ? condition : on, walking);
    }
  }
}

function walkField(node: FieldNode, on: GraphQLCompositeType, walking: Walking): void {
  const types = isAbstractType(on) ? walking.schema.getPossibleTypes(on) : [on];
  for (const type of types) {
    const field = isObjectType(type) ? type.getFields()[node.name.value] : undefined;
    if (field === undefined) continue;
    const stated = isInterfaceType(on) ? on.getFields()[node.name.value] : undefined;
    const bubbles = `${field.type}`.includes('!') || isNonNullType(stated?.type);
    walking.used.set(`${type.name}.${field.name}`, bubbles);
    const named = getNamedType(field.type);
    if (node.selectionSet !== undefined && isCompositeType(named)) walk(node.selectionSet, named, walking);
  }
}
