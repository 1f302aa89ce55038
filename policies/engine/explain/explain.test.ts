import { describe, expect, test } from '@jest/globals';
import type { Action } from '../action.ts';
import { library, librarySupergraph } from '../fixture/library.ts';
import { Decider } from '../reference/decider.ts';
import type { Circumstances, Subject } from '../subject.ts';
import type { Grants } from './asking.ts';
import { explain } from './explain.ts';

const bundle = library();
const decider = new Decider(bundle);

const stranger: Subject = {
  kind: 'anonymous',
  purpose: 'none',
  roles: new Set(),
  teams: new Set(),
  scopes: new Set(),
  attributes: new Map(),
  products: undefined,
};
const librarian: Subject = {
  ...stranger,
  kind: 'human',
  roles: new Set(['librarian']),
  attributes: new Map([['branch', 'north']]),
};
const noon: Circumstances = { zone: 'hall', hour: 12, breakGlass: false };

const supergraph = librarySupergraph();

function ask(
  subject: Subject,
  coordinate: string,
  action: Action = 'read',
  { grants, ...circumstances }: Circumstances & { readonly grants?: Grants } = noon,
) {
  const caller = decider.caller(subject, circumstances);
  return explain({ bundle, supergraph, decider, caller, grants }, { coordinate, action });
}

test('names the rules by which something is allowed, and which limit is absorbed', () => {
  const { outcome, about, uses } = ask(librarian, 'Reader.email');
  expect(outcome).toBe('allow, mask hash, rowFilter branch = north');
  expect(about).toEqual({
    owners: ['readers'],
    products: [],
    tags: ['pii'],
    classification: 'restricted',
    level: 3,
  });
  expect(uses).toMatchObject([
    {
      allowed: true,
      grantedBy: [{ id: 'readers.librarians', file: 'readers/readers.cedar', line: 2 }],
      limitedBy: [
        { id: 'global.pseudonyms', what: 'mask hash', applied: true },
        { id: 'readers.initial', what: 'mask first:1', applied: false },
        { id: 'readers.own-branch', what: 'rowFilter branch = north', applied: true },
      ],
      deniedBy: [],
      nearest: [],
    },
  ]);
});

test('lists satisfied permits of what is denied too, with the rule that denies it', () => {
  const { outcome, uses } = ask(librarian, 'Reader.email', 'read', { ...noon, zone: 'internet' });
  expect(outcome).toBe('deny');
  expect(uses).toMatchObject([
    {
      grantedBy: [{ id: 'readers.librarians' }],
      deniedBy: [{ id: 'global.inside', doc: 'Who somebody is, stays in the house.' }],
      reasons: ['a rule forbids it'],
    },
  ]);
});

test('of what nothing permits, tells the permits that are about it, and what they ask for', () => {
  const { uses } = ask(stranger, 'Reader.id', 'aggregate');
  expect(uses[0]?.nearest).toEqual([
    expect.objectContaining({ id: 'readers.librarians', missing: ['principal in Role::"librarian"'] }),
    expect.objectContaining({
      id: 'readers.analysts',
      missing: ['principal in Role::"analyst"', 'when { principal.purpose == Purpose::"statistics" }'],
    }),
  ]);
});

test('tells that nothing permits it beside what forbids it', () => {
  const { uses } = ask(stranger, 'Reader.email', 'read', { ...noon, zone: 'internet' });
  expect(uses).toMatchObject([
    {
      deniedBy: [{ id: 'global.inside' }],
      reasons: ['a rule forbids it', 'no rule permits it'],
      nearest: [{ id: 'readers.librarians' }],
    },
  ]);
});

describe('of a mask that does not fit, tells what it comes to', () => {
  const masked = library((files) => [
    ...files,
    {
      path: 'books/books.cedar',
      text: `@id("books.price") @mask("hash")
forbid (principal, action == Action::"read", resource == Field::"Book.price");
@id("books.list") @mask("null")
forbid (principal, action == Action::"read", resource == Field::"Query.books");
@id("books.title") @mask("date:year")
forbid (principal, action == Action::"read", resource == Field::"Book.title");`,
    },
  ]);
  const other = new Decider(masked);
  const caller = other.caller({ ...librarian, purpose: 'lending' }, noon);
  const asking = { bundle: masked, supergraph, decider: other, caller, grants: undefined };

  test.each([
    ['Book.price', 'allow, mask null', 'shows null, since hash does not fit Int'],
    ['Book.title', 'allow, mask date:year', 'shows null of each String that is no date'],
    ['Query.books', 'deny', 'denies it, since Book is an object, which has no masked form'],
  ])('%s: %s', (coordinate, outcome, misfit) => {
    const told = explain(asking, { coordinate, action: 'read' });
    expect(told).toMatchObject({ outcome, allowed: outcome !== 'deny' });
    expect(told.uses.flatMap(({ limitedBy }) => limitedBy)).toMatchObject([{ applied: true, misfit }]);
  });
});

describe('tells what would change it', () => {
  const changes = (...asked: Parameters<typeof ask>) =>
    ask(...asked).changes.map(({ if: what, outcome }) => [what, outcome]);

  test('by what is granted, apart from what would need to be', () => {
    const ways = (grants?: Grants) =>
      ask({ ...librarian, roles: new Set(['librarian', 'analyst']) }, 'Reader.email', 'read', {
        ...noon,
        zone: 'internet',
        ...(grants && { grants }),
      }).changes.map((change) => [change.if, change.needsGrant]);
    expect(ways()).toEqual([
      ['from zone hall', false],
      ['with break-glass', true],
    ]);
    expect(ways({ purposes: new Set(), breakGlass: true })).toEqual([
      ['from zone hall', false],
      ['with break-glass', false],
    ]);
    const purposes = (grants: Grants) =>
      ask(librarian, 'Reader.email', 'read', { ...noon, grants }).changes.map(({ if: what, needsGrant }) => [
        what,
        needsGrant,
      ]);
    expect(purposes({ purposes: new Set(['lending']), breakGlass: false })).toContainEqual([
      'purpose lending',
      false,
    ]);
    expect(purposes({ purposes: new Set(), breakGlass: false })).toContainEqual(['purpose lending', true]);
  });

  test('to nobody but by signing in', () => {
    const { changes: found, obstacles } = ask(stranger, 'Reader.email', 'read', {
      ...noon,
      zone: 'internet',
    });
    expect(found).toEqual([]);
    expect(obstacles.flatMap(({ ways }) => ways.map((way) => way.if))).toEqual(['from zone hall']);
  });

  test('cause by cause, where one change is not enough', () => {
    const human = { ...stranger, kind: 'human' } as const;
    const { changes: found, obstacles } = ask(human, 'Reader.fines', 'read', { ...noon, zone: 'internet' });
    expect(found).toEqual([]);
    expect(obstacles).toEqual([
      {
        cause: 'the schema asks for @requiresScopes(fines)',
        ways: [{ if: 'scope fines', needsGrant: true }],
      },
      { cause: 'no rule permits it', ways: [{ if: 'role librarian', needsGrant: true }] },
    ]);
    expect(ask(librarian, 'Reader.fines').obstacles).toEqual([]);
  });

  test('by every purpose, zone and hour, and by breaking the glass', () => {
    expect(changes(librarian, 'Reader.email')).toEqual([
      ['purpose lending', 'allow, mask first:1, rowFilter branch = north'],
      ['from zone internet', 'deny'],
    ]);
    expect(changes(librarian, 'Reader.notes')).toEqual([
      ['from 0:00 to 7:59 and 18:00 to 23:59 UTC', 'deny'],
    ]);
    const outside = { ...noon, zone: 'internet' };
    expect(changes(librarian, 'Reader.email', 'read', outside)).toEqual([
      ['from zone hall', 'allow, mask hash, rowFilter branch = north'],
      ['with break-glass', 'allow, mask hash, rowFilter branch = north'],
    ]);
  });

  test('by a scope or a role that is missing, if it is the only thing', () => {
    expect(ask(librarian, 'Reader.fines')).toMatchObject({ unmet: ['@requiresScopes(fines)'] });
    expect(changes(librarian, 'Reader.fines')).toEqual([['scope fines', 'allow, rowFilter branch = north']]);
    expect(changes({ ...stranger, kind: 'human' }, 'Book.price')).toEqual([['role librarian', 'allow']]);
    expect(changes({ ...stranger, kind: 'bi' }, 'Reader.fines')).toEqual([]);
  });
});

test('tells of each use that something stands for, and of conditions that the schema names', () => {
  const counted = ask(
    { ...librarian, roles: new Set(['analyst']), purpose: 'statistics' },
    'Query.readersInAll',
  );
  expect(counted.outcome).toBe('allow, minGroup 5');
  expect(counted.uses).toMatchObject([
    {
      coordinate: 'Reader.id',
      action: 'aggregate',
      grantedBy: [{ id: 'readers.analysts' }],
      limitedBy: [{ id: 'global.groups', what: 'minGroup 5', applied: true }],
    },
  ]);
  const { conditions, allowed } = ask(librarian, 'Reader.notes', 'read', { ...noon, hour: 3 });
  expect([allowed, conditions]).toEqual([
    false,
    [{ name: 'on-duty', holds: false, grantedBy: [], deniedBy: [] }],
  ]);
});

test('names the owners of rules that stand in the way', () => {
  const owned = library((files) =>
    files.map(({ path, text }) => ({
      path,
      text: text.replace('@id("global.inside")', '@id("global.inside") @owner("board")'),
    })),
  );
  const other = new Decider(owned);
  const caller = other.caller(librarian, { ...noon, zone: 'internet' });
  const asking = { bundle: owned, supergraph, decider: other, caller, grants: undefined };
  expect(explain(asking, { coordinate: 'Reader.email', action: 'read' }).ruleOwners).toEqual(['board']);
});
