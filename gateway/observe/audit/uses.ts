/** The fields and arguments of an operation as it was decided: in the clear, masked, or denied. Equal for all who share the decision. */
import type { GraphQLSchema } from 'graphql';
import { selectedFields } from '../../authorize/selected-fields.ts';
import type { Decision } from '../../request.ts';

/** Coordinates of object types, sorted; an argument counts as what it is, whatever its value. */
export interface AuditedUses {
  readonly clear: readonly string[];
  readonly masked: readonly string[];
  readonly denied: readonly string[];
}

export function usesOf({ operation, denied, masks }: Decision, schema: GraphQLSchema): AuditedUses {
  const used = new Set<string>();
  for (const { type, node } of selectedFields(schema, operation)) {
    const field = `${type.name}.${node.name.value}`;
    used.add(field);
    for (const { name } of node.arguments ?? []) used.add(`${field}(${name.value}:)`);
  }
  const refused = new Set<string>();
  for (const { selection, types } of denied) {
    for (const type of types) refused.add(`${type}.${selection.name.value}`);
  }
  const isMasked = (coordinate: string) => masks.has(coordinate);
  const all = [...used].sort();
  return {
    clear: all.filter((coordinate) => !isMasked(coordinate)),
    masked: all.filter(isMasked),
    denied: [...refused].sort(),
  };
}
