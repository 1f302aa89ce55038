/** A field with its arguments as one text: equal for two selections that ask the same, however they are written. */
import { type FieldNode, Kind, type ValueNode } from 'graphql';

/** `unnamed` are variables that the planner puts into places where the operation has no argument (`@fromContext`). */
export function signatureOf(
  { name, arguments: given = [] }: FieldNode,
  unnamed: ReadonlySet<string> = new Set(),
): string {
  const written = given
    .filter(({ value }) => value.kind !== Kind.VARIABLE || !unnamed.has(value.name.value))
    .map((argument) => `${argument.name.value}:${textOf(argument.value)}`)
    .sort();
  return written.length === 0 ? name.value : `${name.value}(${written.join()})`;
}

/**
 * The planner prints what it has read: a string where the value of a custom scalar was an enum value, `1000` for `1e3`. What
 * such forms have in common is their text; a list of one item may be written as the item (GraphQL §3.11).
 */
function textOf(value: ValueNode): string {
  switch (value.kind) {
    case Kind.VARIABLE:
      return `$${value.name.value}`;
    case Kind.NULL:
      return 'null';
    case Kind.INT:
    case Kind.FLOAT:
      return JSON.stringify(String(Number(value.value)));
    case Kind.LIST:
      return value.values.length === 1
        ? value.values.map(textOf).join()
        : `[${value.values.map(textOf).join()}]`;
    case Kind.OBJECT:
      return `{${value.fields
        .map((field) => `${field.name.value}:${textOf(field.value)}`)
        .sort()
        .join()}}`;
    case Kind.STRING:
    case Kind.ENUM:
    case Kind.BOOLEAN:
      return JSON.stringify(String(value.value));
  }
}
