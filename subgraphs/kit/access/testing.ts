/** Rows to filter, filters, and which rows they leave, said without SQL. */
import fc from 'fast-check';
import type { Client } from 'pg';
import { operators, type RowCondition } from '../identity/obligations.ts';
import type { ScalarName } from '../model/domain.ts';

/** A play as it is stored; without a value it has none. */
export type StoredPlay = Readonly<Record<string, string | number | boolean | null>>;

/** Fields of `Play` by what they are compared as. */
export const comparable: Readonly<Record<string, ScalarName>> = {
  id: 'ID',
  sequence: 'Long',
  playedAt: 'DateTime',
  day: 'Date',
  country: 'String',
  device: 'String',
  seconds: 'Int',
  bytes: 'Long',
  amount: 'Decimal',
  ratio: 'Float',
  skipped: 'Boolean',
  hidden: 'String',
};

/** Values of each scalar, near to each other so that filters divide the rows. */
export const examples: Readonly<Record<ScalarName, readonly string[]>> = {
  ID: ['p1', 'p3', 'p50'],
  String: ['DE', 'FR', 'de', `O'Neill "; drop table plays; --`, '%', 'none', ''],
  Boolean: ['true', 'false'],
  Int: ['-5', '0', '9', '10'],
  Long: ['-5', '9', '10', '9007199254740993'],
  Decimal: ['-0.5', '0', '9', '10', '10.000000000000000000001'],
  Float: ['-0.5', '0', '9', '10', '1e3'],
  DateTime: ['2026-03-29T00:30:00Z', '2026-03-29T01:30:00.000Z', '2025-12-31T23:59:59Z'],
  Date: ['2026-03-29', '2026-03-30', '2025-12-31'],
};

/** Whether a row is one that all conditions leave; of another table, `scalars` says what its fields are compared as. */
export function isVisible(
  row: Readonly<Record<string, unknown>>,
  conditions: readonly RowCondition[],
  scalars: Readonly<Record<string, ScalarName>> = comparable,
): boolean {
  return conditions.every((condition) => meets(row, condition, scalars[condition.field]));
}

function meets(
  row: Readonly<Record<string, unknown>>,
  { field, op, value }: RowCondition,
  scalar: ScalarName | undefined,
): boolean {
  const cell = row[field];
  // A filter on what is no column, and a row without a value: nothing is shown.
  if (scalar === undefined || cell === null || cell === undefined) return false;
  return (typeof value === 'object' ? value : [value]).some((each) => {
    const order = compared(scalar, cell, each);
    if (order === undefined) return false;
    if (op === '<=') return order <= 0;
    return op === '>=' ? order >= 0 : order === 0;
  });
}

/** Which comes first; undefined where the principal lacks the attribute, or it is no value of the column. */
function compared(scalar: ScalarName, cell: unknown, value: string | number): number | undefined {
  if (value === '' || value === 'none') return undefined;
  const isNumber = ['Int', 'Long', 'Decimal', 'Float'].includes(scalar);
  if (typeof value === 'number' && !isNumber) return undefined;
  const text = String(value);
  const [left, right] = [orderOf(scalar, String(cell)), orderOf(scalar, text)];
  if (left === undefined || right === undefined) return undefined;
  return left < right ? -1 : Number(left > right);
}

/** Thousands of quintillionths, exact; texts by their characters. */
export function orderOf(scalar: ScalarName, text: string): string | number | bigint | undefined {
  switch (scalar) {
    case 'ID':
    case 'String':
      return text;
    case 'Boolean':
      return text === 'true' || text === 'false' ? text : undefined;
    case 'DateTime':
      return /T/.test(text) ? finite(Date.parse(text)) : undefined;
    case 'Date':
      return /^\d{4}-\d\d-\d\d$/.test(text) ? text : undefined;
    case 'Float':
      return /^-?[\d.]+(e\d+)?$/.test(text) ? finite(Number(text)) : undefined;
    case 'Int':
    case 'Long':
      return /^-?\d+$/.test(text) ? BigInt(text) : undefined;
    case 'Decimal':
      return /^-?\d+(\.\d+)?$/.test(text) ? exact(text) : undefined;
  }
}

function finite(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}

function exact(text: string): bigint {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const magnitude = BigInt(whole + fraction.padEnd(30, '0'));
  return text.startsWith('-') ? -magnitude : magnitude;
}

const cell = (scalar: ScalarName) => fc.option(fc.constantFrom(...examples[scalar]), { freq: 5 });

/** Any play, but for its identifiers. */
const anyPlay = fc.record({
  playedAt: fc.constantFrom(...examples.DateTime),
  ...Object.fromEntries(
    Object.entries(comparable)
      .filter(([field]) => !['id', 'sequence', 'playedAt', 'device'].includes(field))
      .map(([field, scalar]) => [field, cell(scalar)]),
  ),
  device: fc.option(fc.constantFrom('TV', 'PHONE', 'GAME')),
  listener: fc.option(fc.constantFrom('l1', 'l2', 'l3')),
});

const insert = `
  insert into plays (id, sequence, played_at, day, country, device, seconds, bytes, amount, ratio, skipped, hidden, listener_id)
  select id, sequence, "playedAt", day, country, device, seconds, bytes, amount, ratio, skipped, hidden, listener
  from json_to_recordset($1) as r(id text, sequence bigint, "playedAt" timestamptz, day date, country text, device text,
    seconds integer, bytes bigint, amount numeric, ratio double precision, skipped boolean, hidden text, listener text)`;

/** The same at every run. */
export function somePlays(): readonly StoredPlay[] {
  return fc
    .sample(anyPlay, { numRuns: 120, seed: 7 })
    .map((play, index) => ({ ...play, id: `p${index}`, sequence: String(index) }) as StoredPlay);
}

export async function replacePlays(owner: Client, plays: readonly StoredPlay[]): Promise<void> {
  await owner.query('delete from plays');
  await owner.query(insert, [JSON.stringify(plays)]);
}

const values = (scalar: ScalarName) =>
  fc.oneof(
    { arbitrary: fc.constantFrom(...examples[scalar]), weight: 6 },
    { arbitrary: fc.constantFrom('', 'none', 'no value of the column', '9'), weight: 1 },
    {
      arbitrary: fc.constantFrom(0, 9, -5, Number.MAX_SAFE_INTEGER),
      weight: ['Int', 'Long', 'Decimal', 'Float'].includes(scalar) ? 6 : 1,
    },
  );

/** With values of the column and others, with texts and numbers. */
export const anyCondition: fc.Arbitrary<RowCondition> = fc
  .constantFrom(...Object.entries(comparable))
  .chain(([field, scalar]) =>
    fc.constantFrom(...operators).chain((op) => {
      const value: fc.Arbitrary<RowCondition['value']> =
        op === 'in'
          ? fc.array(fc.constantFrom(...examples[scalar], 'none', '', 'no value'), { maxLength: 4 })
          : values(scalar);
      return value.map((given) => ({ field, op, value: given }));
    }),
  );
