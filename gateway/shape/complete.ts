/** Completes values (GraphQL §6.4.3): what the client asked for and may see, in its order, nulls propagated. */
import {
  type GraphQLCompositeType,
  type GraphQLOutputType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { Entry, Selections } from './selections.ts';

/** A null where there must not be one: it goes up to the nearest place that may be null (GraphQL §6.4.4). */
const propagate = Symbol('propagate');
/** An object of which the caller may not know. */
const absent = Symbol('absent');

/** Response names from the root, the nearest first. */
interface Path {
  readonly name: string;
  readonly parent: Path | undefined;
}

/** An object of an answer, as its type and where it stands. */
interface Found {
  readonly type: GraphQLCompositeType;
  readonly value: Fields;
  readonly path: Path | undefined;
}

/** A value of an answer: of which selection, and where it stands. */
interface At {
  readonly entry: Entry;
  readonly path: Path;
}

/** A null that propagated although nothing had said why. */
export interface UnexplainedNull {
  readonly path: readonly string[];
  readonly hidden: boolean;
}

export class Completion {
  readonly #selections: Selections;
  readonly #hidden: ReadonlySet<string>;
  /** The first one is enough: it is reported only where nothing else is. */
  unexplained: UnexplainedNull | undefined;

  constructor(selections: Selections, hidden: ReadonlySet<string>) {
    this.#selections = selections;
    this.#hidden = hidden;
  }

  /** Null if a null propagated as far as here. */
  root(entries: readonly Entry[], type: GraphQLCompositeType, data: Fields): Record<string, unknown> | null {
    return this.#fields(entries, { type, value: data, path: undefined });
  }

  #fields(entries: readonly Entry[], found: Found): Record<string, unknown> | null {
    // Without a prototype: a response name like `__proto__` is a key like any other.
    const object: Record<string, unknown> = Object.create(null);
    for (const entry of entries) {
      const completed = this.#field(entry, found);
      if (completed === propagate) return null;
      object[entry.responseName] = completed;
    }
    return object;
  }

  #field(entry: Entry, { type, value, path }: Found): unknown {
    if (entry.fieldName === '__typename') {
      if (entry.denied || !isObjectType(type)) return propagate;
      return type.name;
    }
    const given = Object.hasOwn(value, entry.responseName) ? value[entry.responseName] : undefined;
    if (entry.type === undefined) return given ?? null;
    const here = { name: entry.responseName, parent: path };
    if (entry.denied) return isNonNullType(entry.type) ? propagate : null;
    const completed = this.#value(entry.type, given, { entry, path: here });
    return completed === absent ? null : completed;
  }

  #value(type: GraphQLOutputType, value: unknown, at: At): unknown {
    if (isNonNullType(type)) {
      const completed = this.#value(type.ofType, value, at);
      if (completed !== null && completed !== absent) return completed;
      this.unexplained ??= { path: namesOf(at.path), hidden: completed === absent };
      return propagate;
    }
    if (value === null || value === undefined) return null;
    if (isListType(type)) return this.#list(type.ofType, value, at);
    if (isCompositeType(type)) return this.#object(type, value, at);
    return value;
  }

  #list(type: GraphQLOutputType, value: unknown, at: At): unknown {
    if (!Array.isArray(value)) return null;
    const items: unknown[] = [];
    for (const item of value) {
      const completed = this.#item(type, item, at);
      // What is hidden is absent: a null in its place would tell how many there are.
      if (completed === absent) continue;
      if (completed === propagate) return null;
      items.push(completed);
    }
    return items;
  }

  #item(type: GraphQLOutputType, value: unknown, at: At): unknown {
    const nullable = isNonNullType(type) ? type.ofType : type;
    const hides =
      isCompositeType(nullable) && isFields(value) && this.#hidden.has(this.#typeOf(nullable, value).name);
    return hides ? absent : this.#value(type, value, at);
  }

  #object(type: GraphQLCompositeType, value: unknown, { entry, path }: At): unknown {
    if (!isFields(value)) return null;
    const objectType = this.#typeOf(type, value);
    if (this.#hidden.has(objectType.name)) return absent;
    return this.#fields(this.#selections.entriesBelow(entry, objectType), { type: objectType, value, path });
  }

  /** ResolveAbstractType; the abstract type itself where nothing depends on the object's, so that none was asked for. */
  #typeOf(type: GraphQLCompositeType, value: Fields): GraphQLCompositeType {
    const name = value['__typename'];
    if (isObjectType(type) || typeof name !== 'string') return type;
    const named = this.#selections.schema.getType(name);
    return isObjectType(named) && this.#selections.schema.isSubType(type, named) ? named : type;
  }
}

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function namesOf(path: Path | undefined): readonly string[] {
  return path === undefined ? [] : [...namesOf(path.parent), path.name];
}
