/** docs/limits.md: each number is the one that its source has. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { repository } from '../mesh/folders.ts';

interface Row {
  readonly what: string;
  readonly limit: number;
  readonly name: string;
  readonly source: string;
}

const rows = await readRows();

async function readRows(): Promise<readonly Row[]> {
  const page = await readFile(join(repository, 'docs/limits.md'), 'utf8');
  const row = /^\| (.+?) \| ([\d.,]+) \| .*?\| \[`(\w+)`\]\(\.\.\/([\w/.-]+)\) \|$/gm;
  return [...page.matchAll(row)].map(([, what = '', limit = '', name = '', source = '']) => ({
    what,
    limit: Number(limit.replaceAll(',', '')),
    name,
    source,
  }));
}

/** The product of numbers that the constant or the member of this name is given. */
async function numberIn({ name, source }: Row): Promise<number | undefined> {
  const text = await readFile(join(repository, source), 'utf8');
  const written = new RegExp(`\\b${name}(?: =|:) ([\\d_. *]+)[,;} ]`).exec(text)?.[1];
  return written
    ?.split('*')
    .map((factor) => Number(factor.replaceAll('_', '').trim()))
    .reduce((one, other) => one * other);
}

it('has rows for all that it groups', () => {
  expect(rows.length).toBeGreaterThan(40);
});

it.each(rows)('$what: $limit', async (row) => {
  expect(await numberIn(row)).toBe(row.limit);
});

it('leaves no source out of the rows that it can read', async () => {
  const page = await readFile(join(repository, 'docs/limits.md'), 'utf8');
  expect([...page.matchAll(/\]\(\.\.\//g)].length).toBe(rows.length);
});
