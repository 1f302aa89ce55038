/** Bad input is told what is wrong with it, and nothing behind the gateway hears of it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Mesh, post, startMesh } from '../mesh/mesh.ts';

let mesh: Mesh;
let token: string;
beforeAll(async () => {
  mesh = await startMesh();
  token = await mesh.tokens.token('steward');
}, 120_000);
afterAll(() => mesh?.close());

const query = (text: string, variables?: unknown) => JSON.stringify({ query: text, variables });
const json = 'application/json';

/** A title's rental's title, and so on: the ways to fetch it multiply with each level. */
const rentals = (levels: number): string =>
  levels === 0
    ? 'id'
    : `revenue { amount } title rentals(first: 1) { nodes { title { ${rentals(levels - 1)} } } }`;

interface Case {
  readonly name: string;
  readonly body: string | Buffer;
  readonly type?: string;
  readonly status: number;
  readonly code: string;
  readonly says: RegExp;
}

const cases: readonly Case[] = [
  { name: 'malformed JSON', body: '{"query": "{ titles', status: 400, code: 'BAD_USER_INPUT', says: /JSON/ },
  { name: 'JSON that is no object', body: '[1]', status: 400, code: 'BAD_USER_INPUT', says: /object|batch/i },
  { name: 'no query', body: '{}', status: 400, code: 'BAD_USER_INPUT', says: /query/ },
  {
    name: 'a wrong media type',
    body: 'query={titles}',
    type: 'text/plain',
    status: 415,
    code: 'BAD_USER_INPUT',
    says: /application\/json/,
  },
  {
    name: 'a body of 11 MB',
    body: Buffer.alloc(11 * 1024 * 1024, 'x'),
    status: 413,
    code: 'BAD_USER_INPUT',
    says: /bytes|MB|MiB|large/i,
  },
  {
    name: 'a syntax error',
    body: query('{ titles( }'),
    status: 400,
    code: 'GRAPHQL_PARSE_FAILED',
    says: /Syntax Error/,
  },
  {
    name: 'an unknown field',
    body: query('{ titles { nodes { titel } } }'),
    status: 400,
    code: 'GRAPHQL_VALIDATION_FAILED',
    says: /titel/,
  },
  {
    name: 'a variable of the wrong type',
    body: query('query($n: Int) { titles(first: $n) { totalCount } }', { n: 'ten' }),
    status: 400,
    code: 'BAD_USER_INPUT',
    says: /\$n/,
  },
  {
    name: 'an operation that can be answered in too many ways',
    body: query(`{ titles(first: 1) { nodes { ${rentals(6)} } } }`),
    status: 400,
    code: 'COST_LIMIT',
    says: /ways/,
  },
  {
    name: 'many operations that each took a second to plan',
    body: query(
      `{ ${Array.from({ length: 24 }, (_, at) => `a${at}: titles(first: 1) { nodes { ${rentals(5)} } }`).join(' ')} }`,
    ),
    status: 400,
    code: 'COST_LIMIT',
    says: /ways/,
  },
  {
    name: 'a missing variable',
    body: query('query($w: TitleWhere!) { titles(where: $w) { totalCount } }'),
    status: 400,
    code: 'BAD_USER_INPUT',
    says: /\$w/,
  },
  {
    name: 'a mutation where there are none',
    body: query('mutation { __typename }'),
    status: 400,
    code: 'GRAPHQL_VALIDATION_FAILED',
    says: /no mutations/,
  },
  {
    name: 'a subscription',
    body: query('subscription { titles { totalCount } }'),
    status: 400,
    code: 'GRAPHQL_VALIDATION_FAILED',
    says: /subscription/i,
  },
];

describe('bad input', () => {
  it.each(cases)('$name is answered $status $code', async ({ body, type = json, status, code, says }) => {
    const before = mesh.heard();
    const response = await post(mesh.gateway, { token, body, headers: { 'content-type': type } });
    const { data, errors } = JSON.parse(String(response.body)) as {
      data?: unknown;
      errors: { message: string; extensions: { code: string } }[];
    };
    expect([response.status, errors[0]?.extensions.code]).toEqual([status, code]);
    expect(errors[0]?.message).toMatch(says);
    expect(data ?? null).toBeNull();
    expect(mesh.heard()).toBe(before);
  });

  it('does not help to guess a name', async () => {
    const { errors } = await mesh.ask(token, '{ titles { nodes { titl } } }');
    expect(errors[0]?.message).not.toMatch(/did you mean/i);
  });

  it.each<[string, string]>([
    ['a page larger than allowed', '{ titles(first: 100000) { nodes { id } } }'],
    ['a negative page', '{ titles(first: -1) { nodes { id } } }'],
    ['a foreign cursor', '{ titles(after: "Zm9yZ2Vk") { nodes { id } } }'],
    [
      'an unknown time zone',
      '{ playsGrouped(by: [{ bucket: { field: playedAt, unit: DAY } }], timeZone: "Mars/Base") { nodes { count } } }',
    ],
    ['an impossible date', '{ titles(where: { releasedOn: { eq: "2026-02-30" } }) { nodes { id } } }'],
    [
      'a number out of range',
      '{ plays(where: { secondsWatched: { gt: "9223372036854775808" } }) { nodes { id } } }',
    ],
  ])('%s is refused by the domain in words for the client', async (_, text) => {
    const { errors, data, cost } = await mesh.ask(token, text);
    expect(errors[0]?.extensions['code']).toMatch(/^(BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED)$/);
    expect(errors[0]?.message).not.toMatch(/select|pg_|syntax error at/i);
    expect(Object.values(data ?? {}).every((value) => value === null)).toBe(true);
    expect(cost.statements).toEqual([]);
  });
});
