/** Which enums and input types can be given, and what of them. */
import {
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from 'graphql';

export class VisibleInputs {
  /** Coordinates of values of enums and of input fields. */
  readonly #elements = new Set<string>();
  readonly #enums = new Set<string>();
  readonly #objects: ReadonlySet<string>;

  constructor(schema: GraphQLSchema, allows: (coordinate: string) => boolean) {
    const objects: GraphQLInputObjectType[] = [];
    const add = (type: GraphQLNamedType, name: string) => {
      if (allows(`${type.name}.${name}`)) this.#elements.add(`${type.name}.${name}`);
    };
    for (const type of Object.values(schema.getTypeMap())) {
      if (isInputObjectType(type)) {
        objects.push(type);
        for (const name of Object.keys(type.getFields())) add(type, name);
      } else if (isEnumType(type)) {
        for (const { name } of type.getValues()) add(type, name);
        // The enums of introspection are no matter of rights.
        const isShown =
          type.name.startsWith('__') || type.getValues().some(({ name }) => this.has(type, name));
        if (isShown) this.#enums.add(type.name);
      }
    }
    this.#objects = this.#usable(objects);
  }

  /** A value of an enum, or a field of an input type. */
  has(type: GraphQLNamedType, name: string): boolean {
    return this.#elements.has(`${type.name}.${name}`);
  }

  /** Whether there is something left of the type. */
  hasType(type: GraphQLNamedType): boolean {
    if (isEnumType(type)) return this.#enums.has(type.name);
    return !isInputObjectType(type) || this.#objects.has(type.name);
  }

  canGive(type: GraphQLInputType): boolean {
    return this.hasType(getNamedType(type));
  }

  hasField(type: GraphQLInputObjectType, field: GraphQLInputField): boolean {
    return this.has(type, field.name) && this.hasType(getNamedType(field.type));
  }

  /** Whether a default value makes use of what is hidden. */
  isHidden(value: unknown, type: GraphQLInputType): boolean {
    if (isNonNullType(type)) return this.isHidden(value, type.ofType);
    if (value === null || value === undefined) return false;
    if (isListType(type)) {
      const items: readonly unknown[] = Array.isArray(value) ? value : [value];
      return items.some((item) => this.isHidden(item, type.ofType));
    }
    if (isEnumType(type)) return typeof value !== 'string' || !this.has(type, value);
    if (!isInputObjectType(type) || typeof value !== 'object') return false;
    return Object.entries(value).some(([name, given]) => {
      const field = type.getFields()[name];
      return field === undefined || !this.hasField(type, field) || this.isHidden(given, field.type);
    });
  }

  /** Without those that need one that is not left, until that is none. */
  #usable(objects: readonly GraphQLInputObjectType[]): ReadonlySet<string> {
    let left: ReadonlySet<string> = new Set(objects.map(({ name }) => name));
    for (;;) {
      const next = this.#inhabited(objects, left);
      if (next.size === left.size) return left;
      left = next;
    }
  }

  /** Of what can only hold more of the same, such as an `and` without a condition, nothing can be made. */
  #inhabited(objects: readonly GraphQLInputObjectType[], left: ReadonlySet<string>): ReadonlySet<string> {
    const inhabited = new Set<string>();
    const holds = (type: GraphQLInputObjectType, within: ReadonlySet<string>, field: GraphQLInputField) => {
      const named = getNamedType(field.type);
      const isThere = isInputObjectType(named) ? within.has(named.name) : this.#hasEnumOrScalar(named);
      return isThere && this.has(type, field.name);
    };
    const candidates = objects.filter((type) =>
      Object.values(type.getFields()).every((field) => !isBound(field) || holds(type, left, field)),
    );
    for (let before = -1; before < inhabited.size; ) {
      before = inhabited.size;
      for (const type of candidates) {
        if (Object.values(type.getFields()).some((field) => holds(type, inhabited, field)))
          inhabited.add(type.name);
      }
    }
    return inhabited;
  }

  #hasEnumOrScalar(type: GraphQLNamedType): boolean {
    return !isEnumType(type) || this.#enums.has(type.name);
  }
}

/** Whoever gives an object gives these, or uses their defaults. */
function isBound(field: GraphQLInputField): boolean {
  return isRequiredInputField(field) || field.defaultValue !== undefined;
}
