/** Cursors: a place in one list under one order and filter, opaque to clients and worth no more than their own input. */
import { createHash } from 'node:crypto';
import type { Row } from '../database/session.ts';
import { badUserInput } from './errors.ts';
import type { OrderTerm, OrderValue } from './ordering.ts';
import { isValueOf } from './values.ts';

/** What a cursor is bound to: it means nothing in another list, order or filter. */
export function bindingOf(
  scope: string,
  terms: readonly OrderTerm[],
  inputs: Readonly<Record<string, unknown>>,
): string {
  // Coerced inputs have their fields in the schema's order (GraphQL §3.10), so equal ones have equal texts.
  const order = terms.map(({ alias, direction }) => [alias, direction]);
  return createHash('sha256')
    .update(JSON.stringify([scope, order, inputs]))
    .digest('base64url')
    .slice(0, 16);
}

export function encodeCursor(binding: string, terms: readonly OrderTerm[], row: Row): string {
  const values = terms.map(({ alias }): OrderValue => {
    const value = row[alias];
    return value === null || value === undefined ? null : String(value);
  });
  return Buffer.from(JSON.stringify([binding, ...values])).toString('base64url');
}

/**
 * Reads a cursor. Its values are checked to be of the order's types and go nowhere but into parameters.
 * @throws GraphQLError BAD_USER_INPUT for anything that this list, under this order and filter, did not give out.
 */
export function decodeCursor(
  cursor: string,
  binding: string,
  terms: readonly OrderTerm[],
): readonly OrderValue[] {
  const content = parseJson(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (!Array.isArray(content) || typeof content[0] !== 'string')
    throw badUserInput('after: this is no cursor');
  const [bound, ...values] = content as readonly unknown[];
  if (bound !== binding) {
    throw badUserInput(
      'after: this cursor belongs to another list, order or filter. Ask for the first page again',
    );
  }
  if (values.length !== terms.length) throw badUserInput('after: this is no cursor');
  return terms.map(({ scalar, nullable }, index): OrderValue => {
    const value = values[index];
    if (value === null && nullable) return null;
    if (typeof value !== 'string' || !isValueOf(scalar, value))
      throw badUserInput('after: this is no cursor');
    return value;
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
