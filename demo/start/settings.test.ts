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
