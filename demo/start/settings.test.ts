import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readSettings } from './settings.ts';

const house = mkdtempSync(join(tmpdir(), 'portcullis house '));
beforeAll(() => {
  for (const domain of ['audience', 'games', 'billing', 'video', 'books']) {
    mkdirSync(join(house, 'subgraphs', domain), { recursive: true });
    writeFileSync(join(house, 'subgraphs', domain, 'main.ts'), '');
  }
  mkdirSync(join(house, 'subgraphs/kit'));
});
afterAll(() => rmSync(house, { recursive: true }));

test('every folder that can be served is a domain, and a new one moves no other’s port', () => {
  const { domainPorts } = readSettings({ house, watch: false, environment: {} });
  expect([...domainPorts]).toEqual([
    ['video', 4101],
    ['audience', 4102],
    ['billing', 4103],
    ['books', 4104],
    ['games', 4105],
  ]);
});

test('viewers come and go unless they are told not to', () => {
  const everyMs = (text?: string) =>
    readSettings({ house, watch: false, environment: text === undefined ? {} : { VIEWERS_EVERY_MS: text } })
      .viewersEveryMs;
  expect([everyMs(), everyMs(''), everyMs('500'), everyMs('0')]).toEqual([2_000, 2_000, 500, 0]);
  for (const text of ['-1', '1e3', 'often', '99999999']) {
    expect(() => everyMs(text)).toThrow(`VIEWERS_EVERY_MS=${text} is no pause`);
  }
});
