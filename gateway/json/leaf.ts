/** Result coercion of leaves (GraphQL §3.5, §3.9): what a subgraph gave is taken for what the schema says it is, or not at all. */
import type { Leaf } from '../program.ts';

/** @returns JSON; undefined if the value is none of the type */
export function leafText(leaf: Leaf, value: unknown): string | undefined {
  if (value === null || value === undefined) return 'null';
  if (!isOfLeaf(leaf, value)) return undefined;
  // §3.5.5: an ID is a string in an answer, also if a service has numbers for IDs.
  return JSON.stringify(leaf.kind === 'ID' ? String(value) : value);
}

/** Of a value that is there. */
export function isOfLeaf(leaf: Leaf, value: unknown): boolean {
  switch (leaf.kind) {
    case 'String':
      return typeof value === 'string';
    case 'ID':
      return typeof value === 'string' || Number.isSafeInteger(value);
    case 'Int':
      // §3.5.1: 32 bits, signed.
      return typeof value === 'number' && (value | 0) === value;
    case 'Float':
      return Number.isFinite(value);
    case 'Boolean':
      return typeof value === 'boolean';
    case 'enum':
      return typeof value === 'string' && leaf.values.has(value);
    case 'custom':
      // What `JSON.parse` makes of `1e400`, and JSON cannot say.
      return typeof value !== 'number' || Number.isFinite(value);
  }
}
