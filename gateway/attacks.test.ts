/** Ways in that have worked elsewhere: each through the front door, with what the subgraphs were then asked. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { company } from './fixture/company.ts';
import { type House, openHouse } from './fixture/house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse(company);
});
beforeEach(() => house.forget());
afterAll(() => house.close());

const forbidden = (...path: string[]) => ({
  message: 'Access to this field is denied.',
  path,
  extensions: { code: 'FORBIDDEN' },
});
const bob = { scopes: ['catalog:read'] };

/** As bob, who has none of the scopes that the fixture asks for. */
async function asBob(query: string, variables: Record<string, unknown> = {}) {
  return (await house.ask(query, { ...bob, variables })).body;
}

describe('A: the shape of the document', () => {
  it('A01: an alias hides nothing', async () => {
    expect(await asBob('{ me { x: salary name } }')).toEqual({
      data: { me: { x: null, name: 'Ann' } },
      errors: [forbidden('me', 'x')],
    });
    expect(house.asked()).not.toContain('salary');
  });

  it('A03: a field of an interface is decided for each type that it can be', async () => {
    const query =
      '{ a: node(id: "1") { ... on Person { id name } } c: node(id: "c1") { ... on Person { id name } } }';
    expect(await asBob(query)).toEqual({
      data: { a: { id: '1', name: 'Ann' }, c: { id: 'c1', name: null } },
      errors: [forbidden('a', 'name'), forbidden('c', 'name')],
    });
    expect(house.asked('hr')).toContain('...on Employee{name}');
    expect(house.asked('hr')).not.toMatch(/on Person\{[^}]*[ {]name/);
  });

  it.each([
    [
      'A06: beside the schema',
      '{ __schema { __typename } me { salary } }',
      { __schema: { __typename: '__Schema' } },
    ],
    [
      'A07: in a root fragment',
      '{ ...F } fragment F on Query { __type(name: "Nope") { name } me { salary } }',
      { __type: null },
    ],
  ])('%s, data is authorised as ever', async (_case, query, local) => {
    expect(await asBob(query)).toEqual({
      data: { ...local, me: { salary: null } },
      errors: [forbidden('me', 'salary')],
    });
    expect(house.asked()).not.toContain('salary');
  });

  it('A08: the type name of a protected object tells of it', async () => {
    expect(await asBob('{ vault { __typename } }')).toEqual({
      data: { vault: null },
      errors: [forbidden('vault')],
    });
    expect(house.asked()).toBe('');
  });

  it('A11: a decision does not depend on conditions, nor on who asked first', async () => {
    const query = 'query ($s: Boolean!) { me { name salary @skip(if: $s) } }';
    expect(await asBob(query, { s: true })).toEqual({ data: { me: { name: 'Ann' } } });
    expect(await asBob(query, { s: false })).toEqual({
      data: { me: { name: 'Ann', salary: null } },
      errors: [forbidden('me', 'salary')],
    });
    const ann = await house.ask(query, { scopes: ['hr:pay'], variables: { s: false } });
    expect(ann.body).toEqual({ data: { me: { name: 'Ann', salary: 95000 } } });
    expect(await asBob(query, { s: false })).toHaveProperty('data.me.salary', null);
  });

  it('A12: one response name, another field on another type', async () => {
    const query = '{ search(q: "") { ... on Employee { v: name } ... on Contractor { v: email } } }';
    expect(await asBob(query)).toEqual({
      data: { search: [{ v: 'Ann' }, { v: 'Bob' }, { v: 'cy@example.org' }] },
    });
    const mixed = '{ search(q: "") { ... on Employee { v: email } ... on Contractor { v: email } } }';
    expect(await asBob(mixed)).toEqual({
      data: { search: [{ v: null }, { v: null }, { v: 'cy@example.org' }] },
      errors: [forbidden('search', 'v')],
    });
    expect(house.asked('hr')).not.toMatch(/on Employee\{[^}]*email/);
  });

  it('A16: a protected type behind lists and non-nulls', async () => {
    expect(await asBob('{ vaults { code } }')).toEqual({
      data: { vaults: null },
      errors: [forbidden('vaults')],
    });
    expect(house.asked()).toBe('');
  });

  it('A17: a denied mutation is not carried out', async () => {
    const { status, body } = await house.ask('mutation { promote(id: "2") { id } }', bob);
    expect(status).toBe(403);
    expect(body.errors[0].extensions.code).toBe('FORBIDDEN');
    expect(body).not.toHaveProperty('data');
    expect(house.asked()).toBe('');
  });

  it('A18: with one of several denied, none is carried out', async () => {
    const { status } = await house.ask(
      'mutation { a: rename(id: "1", name: "x") { id } ... { b: promote(id: "2") { id } } }',
      bob,
    );
    expect(status).toBe(403);
    expect(house.asked()).toBe('');
  });

  it('A19: a payload is no way to read', async () => {
    expect(
      await asBob('mutation { rename(id: "1", name: "x") { name salary manager { salary ssn } } }'),
    ).toEqual({
      data: { rename: { name: 'x', salary: null, manager: { salary: null, ssn: null } } },
      errors: [
        forbidden('rename', 'salary'),
        forbidden('rename', 'manager', 'salary'),
        forbidden('rename', 'manager', 'ssn'),
      ],
    });
    expect(house.asked()).not.toMatch(/salary|ssn/);
  });

  it('A22: the rule stands on every path to the type', async () => {
    expect(await asBob('{ me { manager { reports { salary id } } } }')).toEqual({
      data: { me: { manager: { reports: [{ salary: null, id: '1' }] } } },
      errors: [forbidden('me', 'manager', 'reports', 'salary')],
    });
    expect(house.asked()).not.toContain('salary');
  });

  it('A26: directives of the client go to no subgraph', async () => {
    const { status } = await house.ask('{ me { salary @_internal @bypass } }', bob);
    expect(status).toBe(400);
    expect(house.asked()).toBe('');
  });

  it('an object of a hidden type is absent from a list, and its fields are refused', async () => {
    expect(await asBob('{ search(q: "") { __typename } }')).toEqual({
      data: {
        search: [{ __typename: 'Employee' }, { __typename: 'Employee' }, { __typename: 'Contractor' }],
      },
    });
    expect(await asBob('{ search(q: "") { ... on Auditor { badge } ... on Contractor { id } } }')).toEqual({
      data: { search: [{}, {}, { id: 'c1' }] },
      errors: [forbidden('search', 'badge')],
    });
    expect(await asBob('{ node(id: "a1") { id } }')).toEqual({ data: { node: null } });
    expect(house.asked()).not.toContain('badge');
    const auditor = await house.ask('{ node(id: "a1") { id ... on Auditor { badge } } }', {
      scopes: ['audit:read'],
    });
    expect(auditor.body).toEqual({ data: { node: { id: 'a1', badge: 'gold' } } });
  });

  it('G01: a denied field that cannot be null takes its parent with it, as the specification says', async () => {
    expect(await asBob('{ people: employees { name manager { notes } } me { notes } }')).toEqual({
      data: {
        people: [
          { name: 'Ann', manager: null },
          { name: 'Bob', manager: null },
        ],
        me: null,
      },
      errors: [forbidden('people', 'manager', 'notes'), forbidden('me', 'notes')],
    });
  });

  it('Relay may alias the type name, and nobody else may use its name', async () => {
    expect(await asBob('{ node(id: "c1") { __isNode: __typename } }')).toEqual({
      data: { node: { __isNode: 'Contractor' } },
    });
    expect((await house.ask('{ me { __typename: name } }', bob)).status).toBe(400);
  });
});

describe('B: fields that the client never named', () => {
  it('B01: what is computed from a denied field is denied, and its subgraph is not called', async () => {
    expect(await asBob('{ me { rank name } }')).toEqual({
      data: { me: { rank: null, name: 'Ann' } },
      errors: [forbidden('me', 'rank')],
    });
    expect(house.asked()).not.toContain('grade');
    expect(house.asked('pay')).toBe('');
  });

  it('B02: so is what is computed from that', async () => {
    expect(await asBob('{ me { next } }')).toEqual({
      data: { me: { next: null } },
      errors: [forbidden('me', 'next')],
    });
    expect(house.asked()).not.toMatch(/grade|rank/);
  });

  it('B07: a field that two subgraphs serve has the rules of both', async () => {
    expect(await asBob('{ contact { email calls } }')).toEqual({
      data: { contact: { email: null, calls: 3 } },
      errors: [forbidden('contact', 'email')],
    });
    expect(house.asked()).not.toContain('email');
    const support = await house.ask('{ contact { email } }', { scopes: ['hr:pii'] });
    expect(support.body).toEqual({ data: { contact: { email: 'ann@example.org' } } });
  });

  it('B11: a rule on a field of an interface object holds on every implementation', async () => {
    expect(await asBob('{ me { score stars } person(id: "c1") { score stars } }')).toEqual({
      data: { me: { score: null, stars: 5 }, person: { score: null, stars: 5 } },
      errors: [forbidden('me', 'score'), forbidden('person', 'score')],
    });
    expect(house.asked()).not.toContain('score');
    const allowed = await house.ask('{ person(id: "c1") { score } }', { scopes: ['crm:score'] });
    expect(allowed.body).toEqual({ data: { person: { score: 7 } } });
  });

  it('B12: what is inaccessible is as if it were not there, though fields are computed from it', async () => {
    const known = await house.ask('{ me { hidden } }', bob);
    const random = await house.ask('{ me { random } }', bob);
    expect(known.text.replaceAll('hidden', 'random')).toBe(random.text);
    expect(await asBob('{ me { shade } }')).toEqual({ data: { me: { shade: 'h1!' } } });
    expect(await asBob('{ __type(name: "Employee") { fields { name } } }')).not.toMatchObject({
      data: { __type: { fields: expect.arrayContaining([{ name: 'hidden' }]) } },
    });
  });

  it.each([
    '{ _entities(representations: [{__typename: "Employee", id: "2"}]) { ... on Employee { salary } } }',
    '{ _service { sdl } }',
  ])('B13: the fields by which subgraphs are joined are not there: %s', async (query) => {
    for (const scopes of [[], ['hr:pay']]) expect((await house.ask(query, { scopes })).status).toBe(400);
    expect(house.asked()).toBe('');
  });

  it('B18: what a subgraph returns beyond the question ends in the gateway', async () => {
    const hrSubgraph = house.subgraphs.get('hr');
    if (hrSubgraph === undefined) throw new Error('no hr');
    hrSubgraph.instead = {
      body: '{"data":{"me":{"__typename":"Employee","id":"1","name":"Ann","salary":95000,"n":"x"},"extra":1},"extensions":{"sql":"select"}}',
    };
    try {
      expect((await house.ask('{ me { name } }', bob)).text).toBe('{"data":{"me":{"name":"Ann"}}}');
    } finally {
      hrSubgraph.instead = undefined;
    }
  });
});

describe('F: filters, orders, groups and aggregates', () => {
  const refused = { data: null, errors: [forbidden('employees')] };

  it.each([
    ['F01: a filter', '{ employees(filter: {salary: {gt: 90000}}) { id } }', {}],
    ['F01: a filter with nothing in it', '{ employees(filter: {salary: null}) { id } }', {}],
    [
      'F03: a filter inside another',
      '{ employees(filter: {and: [{name: "x"}, {salary: {lt: 1}}]}) { id } }',
      {},
    ],
    [
      'F01: a filter in a variable',
      'query ($f: EmployeeFilter) { employees(filter: $f) { id } }',
      { f: { salary: { gt: 1 } } },
    ],
    [
      'F01: a value in a variable',
      'query ($n: Int) { employees(filter: {salary: {gt: $n}}) { id } }',
      { n: 1 },
    ],
    [
      'F01: a default of a variable',
      'query ($f: EmployeeFilter = {salary: {gt: 1}}) { employees(filter: $f) { id } }',
      {},
    ],
    ['F08: an order', '{ employees(orderBy: [NAME, SALARY]) { id } }', {}],
    [
      'F08: an order in a variable',
      'query ($o: [EmployeeOrder!]) { employees(orderBy: $o) { id } }',
      { o: 'SALARY' },
    ],
  ])('%s', async (_case, query, variables) => {
    expect(await asBob(query, variables)).toEqual(refused);
    expect(house.asked()).toBe('');
  });

  it.each([
    ['F10: a group key', '{ employeesGrouped(by: [SALARY]) { count } }'],
    [
      'F12: a condition on groups',
      '{ employeesGrouped(by: [NAME], having: {maxSalary: {gt: 1}}) { count } }',
    ],
  ])('%s', async (_case, query) => {
    expect(await asBob(query)).toEqual({
      data: { employeesGrouped: null },
      errors: [forbidden('employeesGrouped')],
    });
    expect(house.asked()).toBe('');
  });

  it.each([
    ['F04: a path in place of a column', { f: { 'manager.salary': { gt: 1 } } }],
    ['F04: a path as a list', { f: { path: ['salary'], gt: 1 } }],
    ['F04: a key with an end of its own', { f: { "name'->>'salary": { gt: 1 } } }],
    ['F06: an unknown key beside a known one', { f: { name: 'x', salary_gt: 1 } }],
    ['F06: an unknown key further in', { f: { and: [{ name: 'x' }, { $where: '1' }] } }],
    ['F06: a type name', { f: { __typename: 'EmployeeFilter', name: 'x' } }],
    ['F05: a column of another table', { o: ['NAME', 't1.password'] }],
    ['F05: SQL in place of a column', { o: 'id; --' }],
    ['F05: a column by its own name', { o: ['salary'] }],
  ])('%s is refused, not left out', async (_, variables) => {
    const query =
      'query ($f: EmployeeFilter, $o: [EmployeeOrder!]) { employees(filter: $f, orderBy: $o) { id } }';
    for (const scopes of [[], ['hr:pay']]) {
      const { status, body } = await house.ask(query, { scopes, variables });
      expect([status, body.data, body.errors[0].extensions.code]).toEqual([400, undefined, 'BAD_USER_INPUT']);
    }
    expect(house.asked()).toBe('');
  });

  it.each([
    '{ employees(filter: {name: "x", salary_gt: 1}) { id } }',
    '{ employees(filter: {and: [{path: ["salary"]}]}) { id } }',
    '{ employees(filter: {name: "x"}, where: {salary: {gt: 1}}) { id } }',
    '{ employees(orderBy: [NAME, t1_password]) { id } }',
  ])('F06: so it is in a literal: %s', async (query) => {
    expect((await house.ask(query, { scopes: ['hr:pay'] })).status).toBe(400);
    expect(house.asked()).toBe('');
  });

  it('looks once at what many selections share', async () => {
    const aliases = Array.from({ length: 150 }, (_, at) => `a${at}: employees(filter: $f) { id }`);
    const query = `query ($f: EmployeeFilter) { ${aliases.join(' ')} }`;
    const and = Array.from({ length: 20_000 }, () => ({ name: 'x' }));
    await asBob(query, { f: { and: [{ salary: { gt: 0 } }] } });
    const started = performance.now();
    const { data, errors } = await asBob(query, { f: { and: [...and, { salary: { gt: 1 } }] } });
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(data).toBeNull();
    expect(errors).toHaveLength(150);
    expect(house.asked()).toBe('');
  });

  it('F11: an aggregate of a denied column', async () => {
    expect(await asBob('{ employeesGrouped(by: [NAME]) { count max { name salary } } }')).toEqual({
      data: { employeesGrouped: [{ count: 2, max: { name: 'Bob', salary: null } }] },
      errors: [forbidden('employeesGrouped', 'max', 'salary')],
    });
    expect(house.asked()).not.toContain('salary');
  });

  it('who may read the column may use it, and other columns are free', async () => {
    const paid = await house.ask('{ employees(filter: {salary: {gt: 1}}, orderBy: SALARY) { id } }', {
      scopes: ['hr:pay'],
    });
    expect(paid.body).toEqual({ data: { employees: [{ id: '1' }, { id: '2' }] } });
    expect(await asBob('{ employees(filter: {name: "x"}, orderBy: [NAME]) { id } }')).toHaveProperty(
      'data.employees.length',
      2,
    );
  });
});

describe('M: names of Object.prototype', () => {
  it('are data in operations', async () => {
    expect(await asBob('{ constructor: me { toString: name hasOwnProperty: salary } }')).toEqual({
      data: { constructor: { toString: 'Ann', hasOwnProperty: null } },
      errors: [forbidden('constructor', 'hasOwnProperty')],
    });
    expect((await house.ask('{ me { constructor } }', bob)).status).toBe(400);
  });
});
