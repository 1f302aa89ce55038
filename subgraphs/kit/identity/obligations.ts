/** What a subgraph has to carry out for a caller, read from the token to the letter: anything else is no obligation of ours. */

import { inflateRawSync } from 'node:zlib';
import { isRecord } from './is-record.ts';

export const operators = ['=', 'in', '<=', '>='] as const;

export type Operator = (typeof operators)[number];

/** A comparison that a row has to meet. `in` has a list, the others one value. */
export interface RowCondition {
  readonly field: string;
  readonly op: Operator;
  readonly value: string | number | readonly string[];
}

/** Fields of a type, or all of them. */
export type FieldSet = ReadonlySet<string> | '*';

export const uses = ['read', 'filter', 'aggregate'] as const;

/** How a field may be used: to be read, to choose and order rows, to compute over many of them. */
export type Use = (typeof uses)[number];

export interface Obligations {
  /** By type: rows for which all of these hold. */
  readonly rows: ReadonlyMap<string, readonly RowCondition[]>;
  /** By type, by field: how many subjects a group needs whose results use that field. */
  readonly groups: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** By type, by use: fields that may not be used so. */
  readonly denied: ReadonlyMap<string, ReadonlyMap<Use, FieldSet>>;
}

/**
 * As they are, or compressed where they are long.
 * @returns undefined for anything that is not of the form, in any point
 */
export function readObligations(value: unknown): Obligations | undefined {
  const deflated = members(value, ['deflated'])?.get('deflated');
  return readPlain(deflated === undefined ? value : inflate(deflated));
}

/** A header of 12 kB holds some hundred kilobytes of what repeats; nothing of the gateway's takes more. */
const mostBytes = 1_048_576;

function inflate(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    const json = inflateRawSync(Buffer.from(text, 'base64url'), { maxOutputLength: mostBytes });
    return JSON.parse(json.toString());
  } catch {
    return undefined;
  }
}

function readPlain(value: unknown): Obligations | undefined {
  const given = members(value, ['rows', 'groups', 'denied']);
  if (given === undefined) return undefined;
  const rows = entries(given.get('rows'), (conditions) => listOf(conditions, readCondition));
  const groups = entries(given.get('groups'), (fields) => entries(fields, readSize));
  const denied = entries(given.get('denied'), readDenied);
  return rows === undefined || groups === undefined || denied === undefined
    ? undefined
    : { rows, groups, denied };
}

function readCondition(value: unknown): RowCondition | undefined {
  const given = members(value, ['field', 'op', 'value']);
  const field = given?.get('field');
  const op = operators.find((each) => each === given?.get('op'));
  if (typeof field !== 'string' || field === '' || op === undefined) return undefined;
  const compared = op === 'in' ? listOf(given?.get('value'), asText) : readScalar(given?.get('value'));
  return compared === undefined ? undefined : { field, op, value: compared };
}

function readScalar(value: unknown): string | number | undefined {
  return typeof value === 'string' || Number.isSafeInteger(value) ? (value as string | number) : undefined;
}

function readSize(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 1 ? (value as number) : undefined;
}

/** Fields alone are denied in every way. */
function readDenied(value: unknown): ReadonlyMap<Use, FieldSet> | undefined {
  const inEveryWay = readFields(value);
  if (inEveryWay !== undefined) return new Map(uses.map((use) => [use, inEveryWay]));
  const given = members(value, uses);
  if (given === undefined) return undefined;
  const denied = new Map<Use, FieldSet>();
  for (const use of uses) {
    if (!given.has(use)) continue;
    const fields = readFields(given.get(use));
    if (fields === undefined) return undefined;
    denied.set(use, fields);
  }
  return denied;
}

function readFields(value: unknown): FieldSet | undefined {
  if (value === '*') return value;
  const names = listOf(value, asText);
  return names && new Set(names);
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function listOf<Item>(
  value: unknown,
  read: (item: unknown) => Item | undefined,
): readonly Item[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const items = value.map(read);
  return items.every((item) => item !== undefined) ? items : undefined;
}

/** An object whose names come from elsewhere; absent, it is empty. */
function entries<Value>(
  value: unknown,
  read: (value: unknown) => Value | undefined,
): ReadonlyMap<string, Value> | undefined {
  if (value === undefined) return new Map();
  if (!isRecord(value)) return undefined;
  const found = new Map<string, Value>();
  for (const [name, each] of Object.entries(value)) {
    const meaning = read(each);
    if (meaning === undefined) return undefined;
    found.set(name, meaning);
  }
  return found;
}

/** An object that has these names at most. */
function members(value: unknown, names: readonly string[]): ReadonlyMap<string, unknown> | undefined {
  if (!isRecord(value)) return undefined;
  const given = new Map(Object.entries(value));
  return [...given.keys()].every((name) => names.includes(name)) ? given : undefined;
}
