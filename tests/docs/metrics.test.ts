/** What docs/run-a-gateway.md shows of metrics is what a gateway says after as much. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Operated, openOperated } from '@portcullis/gateway/fixture/operated';
import { repository } from '../mesh/folders.ts';
import { blocksOf } from './blocks.ts';

const page = 'docs/run-a-gateway.md';
const blocks = await blocksOf(page);
const shown = blocks.find(({ text }) => text.startsWith('portcullis_'))?.text.split('\n') ?? [];
const settings = blocks.find(({ text }) => text.startsWith('admin:'))?.text ?? '';

let operated: Operated;
beforeAll(async () => {
  // As it stands there, but for a port that nobody else has.
  expect(settings).toContain('port: 9464');
  operated = await openOperated({ settings: settings.replace('9464', '0') });
});
afterAll(async () => operated?.close());

it('each line of the excerpt, after two answers and a bad token', async () => {
  const { ask, token, scrape } = operated;
  for (const authorization of [token(), token(), 'nonsense'])
    await (await ask('{ song }', `Bearer ${authorization}`)).text();
  expect(shown.length).toBeGreaterThan(5);
  expect(await scrape()).toEqual(expect.arrayContaining([...shown]));
});

it('each metric is in the table, and no other is', async () => {
  const text = await (await fetch(`${operated.adminUrl}/metrics`)).text();
  const served = [...text.matchAll(/^# TYPE (portcullis_\w+) /gm)].map(([, name]) => name);
  const rows = (await readFile(join(repository, page), 'utf8')).matchAll(/^\| (`portcullis_.*?) \|/gm);
  const named = [...rows].flatMap(([, names = '']) => names.match(/portcullis_\w+/g) ?? []);
  expect(named.sort()).toEqual(served.sort());
});
