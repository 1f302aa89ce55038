import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { personas } from '../identity/personas.ts';
import { bannerText } from './banner.ts';
import { readSettings } from './settings.ts';
import { styleFor } from './style.ts';

const house = join(import.meta.dirname, '../..');
const settings = readSettings({ house, watch: false, environment: { PORT: '4700' } });
const tokens = new Map([
  ['analyst', 'ey1'],
  ['support', 'ey2'],
]);
const text = (hasColors?: () => boolean) =>
  bannerText(settings, { tokens, style: styleFor(hasColors === undefined ? {} : { hasColors }) });

test('the last lines, which stay in sight, say where everything is and how to stop it', () => {
  expect(text().split('\n').slice(-5)).toEqual([
    '  Explorer   http://127.0.0.1:4700/  in a browser; choose a persona at the top',
    '  GraphQL    http://127.0.0.1:4700/graphql',
    expect.stringMatching(/^ {2}Logs {7}.*\.portcullis\/logs$/),
    '',
    'Ctrl-C stops everything.',
  ]);
});

test('every query finds the token that it names, and every persona has its line', () => {
  const named = [...text().matchAll(/Bearer \$(\w+)"/g)].map(([, name]) => name);
  expect(named).toEqual(['ANALYST', 'SUPPORT']);
  for (const name of named) expect(text()).toMatch(new RegExp(`^${name}=ey`, 'm'));
  for (const { name } of personas) expect(text()).toMatch(new RegExp(`^ {2}${name} +\\w`, 'm'));
});

test('only a terminal with colours gets any', () => {
  const start = String.fromCharCode(27);
  expect(text()).not.toContain(start);
  expect(text(() => false)).toBe(text());
  expect(text(() => true)).toContain(`${start}[1mExplorer${start}[22m`);
  expect(text(() => true).replaceAll(new RegExp(`${start}\\[\\d+m`, 'g'), '')).toBe(text());
});
