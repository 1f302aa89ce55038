import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { checkPorts } from './ports.ts';
import { printProgress } from './progress.ts';
import { readSettings } from './settings.ts';

test('a step prints its line with time and remark', async () => {
  const lines: string[] = [];
  const result = await printProgress((line) => lines.push(line)).step('database', async (note) => {
    note('PostgreSQL 18');
    return 7;
  });
  expect(result).toBe(7);
  expect(lines).toEqual([expect.stringMatching(/^ {2}✓ database +0\.0 s {2}PostgreSQL 18$/)]);
});

test('a step that fails is named, also when it is part of another', async () => {
  const lines: string[] = [];
  const progress = printProgress((line) => lines.push(line));
  const failing = progress.step('everything', () =>
    progress.step('video', () => Promise.reject(new Error('no such table'))),
  );
  await expect(failing).rejects.toThrow(/^video: no such table$/);
  expect(lines).toEqual(['  ✗ video', '  ✗ everything']);
});

test('a taken port is named with its owner and the variable that moves it', async () => {
  const squatter = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => squatter.once('listening', resolve));
  const address = squatter.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(checkPorts([{ port, owner: 'gateway', variable: 'PORT' }])).rejects.toThrow(
    `port ${port} for the gateway is taken (PORT moves it)`,
  );
  squatter.close();
});

test('a port that is none is refused by the name of its variable', () => {
  const wish = { house: join(import.meta.dirname, '../..'), watch: false };
  expect(() => readSettings({ ...wish, environment: { PORT: 'http' } })).toThrow(/^PORT=http is no port/);
  expect(readSettings({ ...wish, environment: { PORT: '5000' } }).gatewayPort).toBe(5000);
});
