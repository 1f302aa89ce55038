/** Result coercion of leaves (GraphQL §3.5, §3.9): what a subgraph gave is taken for what the schema says it is, or not at all. */
import type { Leaf } from '../program.ts';

/** @returns JSON; undefined if the value is none of the type */
export function leafText(leaf: Leaf, value: unknown): string | undefined {
  if (value === null || value === undefined) return 'null';
  switch (leaf.kind) {
    case 'String':
      return typeof value === 'string' ? JSON.stringify(value) : undefined;
    case 'ID':
      return idText(value);
    case 'Int':
      return isInt(value) ? String(value) : undefined;
    case 'Float':
      return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
    case 'Boolean':
      return typeof value === 'boolean' ? String(value) : undefined;
    case 'enum':
      return typeof value === 'string' && leaf.values.has(value) ? JSON.stringify(value) : undefined;
    case 'custom':
      return typeof value === 'symbol' || isTooLarge(value) ? undefined : JSON.stringify(value);
  }
}

/** §3.5.5: an ID is a string in an answer, also if a service has numbers for IDs. */
function idText(value: unknown): string | undefined {
  if (typeof value === 'string') return JSON.stringify(value);
  return Number.isSafeInteger(value) ? `"${value}"` : undefined;
}

/** What `JSON.parse` makes of `1e400`, and JSON cannot say. */
function isTooLarge(value: unknown): boolean {
  return typeof value === 'number' && !Number.isFinite(value);
}

/** §3.5.1: 32 bits, signed. */
function isInt(value: unknown): value is number {
  return typeof value === 'number' && (value | 0) === value;
}
