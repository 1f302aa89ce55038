import { describe, expect, test } from '@jest/globals';
import { library } from '../fixture/library.ts';
import type { Subject } from '../subject.ts';
import { type AccessChange, diffAccess } from './access-diff.ts';

const nobody: Subject = {
  kind: 'anonymous',
  purpose: 'none',
  roles: new Set(),
  teams: new Set(),
  scopes: new Set(['fines']),
  attributes: new Map([['branch', 'north']]),
  products: undefined,
};
const callers = {
  nobody,
  lena: { ...nobody, kind: 'human', roles: new Set(['librarian']), purpose: 'lending' },
  idle: { ...nobody, kind: 'human', roles: new Set(['librarian']) },
  ana: { ...nobody, kind: 'bi', roles: new Set(['analyst']), purpose: 'statistics' },
} as const;
const compared = Object.entries(callers).map(([name, subject]) => ({
  name,
  before: subject,
  after: subject,
}));

const before = library();

function diff(change: (text: string) => string) {
  const after = library((files) => files.map(({ path, text }) => ({ path, text: change(text) })));
  return diffAccess(before, after, compared);
}

/** `lena, idle: read: mask hash → none: Reader.email` */
function told({ principals, actions, what, from, to, fields, when, widens }: AccessChange): string {
  const where = when === undefined ? '' : ` (${when})`;
  const change = `${what} ${from ?? 'none'} → ${to ?? 'none'}`;
  return `${widens ? '+' : '-'} ${principals.join(', ')}: ${actions.join(', ')}${where}: ${change}: ${fields.join(', ')}`;
}

test('equal rights, no difference, whatever the version', () => {
  const { changes, widens, after } = diff((text) => `${text}\n`);
  expect([changes, widens]).toEqual([[], false]);
  expect(after).not.toBe(before.version);
});

test('fields that become readable, and for whom', () => {
  const rule = `@id("readers.open") permit (principal in Role::"analyst", action == Action::"read", resource in Tag::"person");`;
  const { changes, widens } = diff((text) => (text.includes('readers.analysts') ? text + rule : text));
  expect(changes.map(told)).toEqual([
    '+ ana: read: access deny → allow: Reader.id, Reader.branch, Reader.fines',
  ]);
  expect(widens).toBe(true);
});

describe('a limit that is another', () => {
  test.each([
    ['@mask("hash")', '@mask("redact")', ['- idle: read: mask hash → redact: Reader.email']],
    // What was absorbed shows.
    ['@mask("hash")', '@mask("date:year")', ['+ idle: read: mask hash → first:1: Reader.email']],
    ['@mask("first:1")', '@mask("last:1")', ['+ lena: read: mask first:1 → last:1: Reader.email']],
    [
      '@mask("first:1")',
      '@mask("null")',
      ['- lena: read: mask first:1 → null: Reader.email', '- idle: read: mask hash → null: Reader.email'],
    ],
  ])('%s → %s', (from, to, expected) => {
    expect(diff((text) => text.replace(from, to)).changes.map(told)).toEqual(expected);
  });

  test('a smaller minimum size of groups widens, a larger one does not', () => {
    const changes = (size: string) =>
      diff((text) => text.replace('@minGroup("5")', `@minGroup("${size}")`)).changes;
    expect(changes('4').map(({ widens, from, to }) => [widens, from, to])).toContainEqual([true, '5', '4']);
    expect(changes('6').map(({ widens }) => widens)).not.toContain(true);
  });

  test('other rows may be more of them', () => {
    const { changes } = diff((text) => text.replace('branch = principal.branch', 'branch = \\"east\\"'));
    expect(changes[0]).toMatchObject({
      what: 'rowFilter',
      from: 'branch = north',
      to: 'branch = east',
      widens: true,
    });
  });

  test('a row filter that is lost widens, one that is gained does not', () => {
    const rule = /@id\("readers\.own-branch"\)[^;]*;/;
    const without = library((files) =>
      files.map(({ path, text }) => ({ path, text: text.replace(rule, '') })),
    );
    expect(diffAccess(before, without, compared).changes.map(told)).toContain(
      '+ lena, idle: read: rowFilter branch = north → none: Reader.id, Reader.branch, Reader.email, Reader.fines, Reader.notes',
    );
    expect(diffAccess(without, before, compared)).toMatchObject({ widens: false });
    expect(diffAccess(without, before, compared).changes).not.toEqual([]);
  });
});

test('what differs at some hour or place only, is told with it', () => {
  const earlier = diff((text) => text.replace('context.hour >= 8', 'context.hour >= 7'));
  expect(earlier.changes.map(told)).toContain(
    '+ lena, idle: read, filter (hour 7): access deny → allow, rowFilter branch = north: Reader.notes',
  );
  const inside = diff((text) => text.replace(/@id\("global\.inside"\)[^;]*;/s, ''));
  expect(inside.changes.map(told)).toContain(
    '+ idle: read (zone internet): access deny → allow, mask hash, rowFilter branch = north: Reader.email',
  );
});

test('a condition that the schema names counts as well', () => {
  const { changes } = diff((text) =>
    text.replace('"librarian", action == Action::"satisfy"', '"analyst", action == Action::"satisfy"'),
  );
  expect(changes.map(told)).toContain(
    '- lena, idle: read, filter: access allow, rowFilter branch = north → deny: Reader.notes',
  );
});
