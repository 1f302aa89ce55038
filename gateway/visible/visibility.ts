/**
 * What of a graph a view shows: what its roots lead to by what is allowed. It has to be a schema of its own, so what could stand
 * in one only beside something hidden is hidden as well.
 */
import type { AccessView, OperationKind } from '@portcullis/policies/engine/view';
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
  type OperationTypeNode,
} from 'graphql';
import { Asked, operationKinds } from './asked.ts';
import { VisibleInputs } from './inputs.ts';

export type WithFields = GraphQLObjectType | GraphQLInterfaceType;
type Field = GraphQLField<unknown, unknown>;
type Kinds = ReadonlySet<OperationKind>;

const noKinds: Kinds = new Set();

export class Visibility {
  readonly inputs: VisibleInputs;
  readonly #schema: GraphQLSchema;
  readonly #asked: Asked;
  readonly #open = new Map<string, boolean>();
  /** Types by which it is decided what can be asked: interfaces stand for theirs. */
  readonly #concrete: readonly WithFields[];
  readonly #interfaces: readonly GraphQLInterfaceType[];
  /** By coordinate: the kinds of operations that can ask for a field. */
  #fields: ReadonlyMap<string, Kinds>;
  /** By the name of a composite type: the kinds of operations that can come upon it. */
  #met: ReadonlyMap<string, Kinds>;

  constructor(schema: GraphQLSchema, view: AccessView) {
    this.#schema = schema;
    this.#asked = new Asked(view);
    this.inputs = new VisibleInputs(schema, (coordinate) => this.#asked.allowsSomehow(coordinate));
    const types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith('__'));
    const isConcrete = (type: WithFields) => this.#implementations(type).includes(type);
    this.#concrete = types.filter(hasFields).filter(isConcrete);
    this.#interfaces = types.filter(isInterfaceType).filter((type) => !isConcrete(type));
    const all: Kinds = new Set(operationKinds);
    this.#fields = this.#fieldsBy(
      () => all,
      () => all,
    );
    this.#met = this.#walk();
    while (this.#look());
  }

  /** Nothing is denied: all is shown, also what no root leads to. */
  get isWhole(): boolean {
    return !this.#asked.denied;
  }

  hasType({ name }: GraphQLNamedType): boolean {
    return this.#met.has(name);
  }

  hasField(type: WithFields, field: Field): boolean {
    return this.#fields.has(`${type.name}.${field.name}`);
  }

  hasArgument(type: WithFields, field: Field, argument: GraphQLArgument): boolean {
    // In an interface it stands for that of each of its types: they could not implement it otherwise.
    return this.#implementations(type).every((each) =>
      [...this.#kindsOf(each, field)].some((kind) => this.#canGive(each, field, { argument, kind })),
    );
  }

  /** Each look sees as much as the one before, or less: whether it was less. */
  #look(): boolean {
    const before = [this.#fields, this.#met];
    this.#fields = this.#fieldsBy(
      (type, field) => this.#ownKinds(type, field),
      (type, field, own) => this.#sharedKinds(type, field, own),
    );
    this.#met = this.#walk();
    return sizeOf(before) > sizeOf([this.#fields, this.#met]);
  }

  #fieldsBy(
    own: (type: WithFields, field: Field) => Kinds,
    shared: (type: GraphQLInterfaceType, field: Field, own: ReadonlyMap<string, Kinds>) => Kinds,
  ): ReadonlyMap<string, Kinds> {
    const fields = new Map<string, Kinds>();
    const add = (type: WithFields, field: Field, kinds: Kinds) => {
      if (kinds.size > 0) fields.set(`${type.name}.${field.name}`, kinds);
    };
    for (const type of this.#concrete) {
      for (const field of Object.values(type.getFields())) add(type, field, own(type, field));
    }
    for (const type of this.#interfaces) {
      for (const field of Object.values(type.getFields())) add(type, field, shared(type, field, fields));
    }
    return fields;
  }

  #ownKinds(type: WithFields, field: Field): Kinds {
    const kinds = [...(this.#met.get(type.name) ?? noKinds)].filter(
      (kind) =>
        this.#asked.allows(type.name, kind) &&
        this.#asked.allows(`${type.name}.${field.name}`, kind) &&
        this.#isShown(field.type) &&
        // Of an object there is no other form than what is allowed of its fields.
        !(
          isCompositeType(getNamedType(field.type)) &&
          this.#asked.isMasked(`${type.name}.${field.name}`, kind)
        ) &&
        field.args.every((argument) => {
          const canGive = this.#canGive(type, field, { argument, kind });
          return isBound(argument) ? canGive : true;
        }) &&
        !field.args.some((argument) => this.#breaksInterface(type, field, argument)),
    );
    return new Set(kinds);
  }

  /** A type without the field could not implement the interface. */
  #sharedKinds(type: GraphQLInterfaceType, field: Field, own: ReadonlyMap<string, Kinds>): Kinds {
    const within = this.#implementations(type);
    const isShared = within.length > 0 && within.every(({ name }) => own.has(`${name}.${field.name}`));
    return isShared && this.#isShown(field.type) ? (this.#met.get(type.name) ?? noKinds) : noKinds;
  }

  #isShown(type: GraphQLOutputType): boolean {
    const named = getNamedType(type);
    return isCompositeType(named) ? this.#met.has(named.name) : this.inputs.hasType(named);
  }

  #canGive(type: WithFields, field: Field, { argument, kind }: Giving): boolean {
    return (
      this.#asked.allows(`${type.name}.${field.name}(${argument.name}:)`, kind) &&
      this.inputs.canGive(argument.type)
    );
  }

  /**
   * Whose default makes use of what is hidden has none any more, and may have to be given: which no field that implements another
   * one's may ask for on its own.
   */
  #breaksInterface(type: WithFields, { name }: Field, argument: GraphQLArgument): boolean {
    if (!isNonNullType(argument.type) || !this.inputs.isHidden(argument.defaultValue, argument.type))
      return false;
    const fields = type.getInterfaces().map((each) => each.getFields()[name]);
    return fields.some(
      (field) => field !== undefined && !field.args.some((each) => each.name === argument.name),
    );
  }

  /** From the roots. */
  #walk(): ReadonlyMap<string, Kinds> {
    const met = new Map<string, Set<OperationKind>>();
    for (const kind of operationKinds) {
      const root = this.#schema.getRootType(kind as OperationTypeNode);
      if (root) this.#visit(root, kind, met);
    }
    return met;
  }

  #visit(type: GraphQLNamedType, kind: OperationKind, met: Map<string, Set<OperationKind>>): void {
    const kinds = met.get(type.name) ?? new Set();
    if (!isCompositeType(type) || kinds.has(kind) || !this.#isLeft(type)) return;
    met.set(type.name, kinds.add(kind));
    for (const each of isAbstractType(type) ? this.#schema.getPossibleTypes(type) : [])
      this.#visit(each, kind, met);
    if (isUnionType(type)) return;
    for (const each of type.getInterfaces()) this.#visit(each, kind, met);
    for (const field of Object.values(type.getFields())) {
      if (this.#kindsOf(type, field).has(kind)) this.#visit(getNamedType(field.type), kind, met);
    }
  }

  /** Whether there is something to be seen of it. */
  #isLeft(type: GraphQLNamedType): boolean {
    if (isUnionType(type)) return type.getTypes().some((each) => this.#isLeft(each));
    if (!hasFields(type)) return false;
    const isThere = Object.values(type.getFields()).some((field) => this.hasField(type, field));
    return (
      isThere &&
      (isObjectType(type) || this.#implementations(type).some((each) => each === type || this.#isLeft(each)))
    );
  }

  #kindsOf(type: WithFields, field: Field): Kinds {
    return this.#fields.get(`${type.name}.${field.name}`) ?? noKinds;
  }

  /**
   * Those of which something is allowed. An interface that nothing implements stands for itself: who serves it as an object
   * (`@interfaceObject`) can.
   */
  #implementations(type: WithFields): readonly WithFields[] {
    const possible = isInterfaceType(type) ? this.#schema.getPossibleTypes(type) : [];
    return possible.length === 0 ? [type] : possible.filter((each) => this.#isOpen(each));
  }

  /** By its rights alone, whatever leads to it: what is not has no say in what its interfaces show. */
  #isOpen(type: GraphQLObjectType): boolean {
    const known = this.#open.get(type.name);
    if (known !== undefined) return known;
    const fields = Object.keys(type.getFields()).map((name) => `${type.name}.${name}`);
    const isOpen = operationKinds.some(
      (kind) =>
        this.#asked.allows(type.name, kind) && fields.some((field) => this.#asked.allows(field, kind)),
    );
    this.#open.set(type.name, isOpen);
    return isOpen;
  }
}

interface Giving {
  readonly argument: GraphQLArgument;
  readonly kind: OperationKind;
}

function hasFields(type: GraphQLNamedType): type is WithFields {
  return isObjectType(type) || isInterfaceType(type);
}

/** Whoever asks for the field gives it, or uses its default. */
function isBound(argument: GraphQLArgument): boolean {
  return isRequiredArgument(argument) || argument.defaultValue !== undefined;
}

function sizeOf(maps: readonly ReadonlyMap<string, Kinds>[]): number {
  let size = 0;
  for (const map of maps) for (const kinds of map.values()) size += kinds.size;
  return size;
}
