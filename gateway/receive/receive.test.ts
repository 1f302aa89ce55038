import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { ClientError } from '../errors.ts';
import type { ReceivedRequest } from '../request.ts';
import { createReceive } from './receive.ts';

const signal = new AbortController().signal;
const context = { id: 'r', traceparent: 't', signal, counts: { subgraphRequests: 0, rows: 0 } };
const receive = createReceive({ bodyBytes: 1_000_000, zones: {}, trustedHops: 0 });
const json = { 'content-type': 'application/json' };

function post(body: string | Buffer, headers: IncomingHttpHeaders = json, url = '/graphql'): ReceivedRequest {
  return receive({ method: 'POST', url, headers, body: Buffer.from(body), signal }, context);
}

function get(query: string, headers: IncomingHttpHeaders = {}): ReceivedRequest {
  return receive(
    { method: 'GET', url: `/graphql?${query}`, headers, body: Buffer.alloc(0), signal },
    context,
  );
}

function refusal(attempt: () => unknown): { status: number | undefined; message: string; code: string } {
  try {
    attempt();
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    return { status: error.httpStatus, message: error.message, code: error.code };
  }
  throw new Error('the request was accepted');
}

describe('POST', () => {
  test('takes the four parameters', () => {
    const body = {
      query: '{a}',
      operationName: 'A',
      variables: { x: [0, '', false, null] },
      extensions: { y: 1 },
    };
    expect(post(JSON.stringify(body), { ...json, authorization: 'Bearer t' })).toEqual({
      context,
      method: 'POST',
      accept: 'application/json',
      stream: 'text/event-stream',
      authorization: 'Bearer t',
      from: undefined,
      zone: '',
      ...body,
    });
  });

  test('takes null and absence alike, and ignores members it does not know', () => {
    const expected = { operationName: undefined, variables: {}, extensions: {} };
    expect(post('{"query":"{a}"}')).toMatchObject(expected);
    expect(
      post('{"query":"{a}","operationName":null,"variables":null,"extensions":null,"id":7}'),
    ).toMatchObject(expected);
  });

  test('an empty operation name is a name, not an absence', () => {
    expect(post('{"query":"{a}","operationName":""}').operationName).toBe('');
  });

  test('a member named __proto__ is data (M)', () => {
    const { variables } = post('{"query":"{a}","variables":{"__proto__":{"isAdmin":true}}}');
    expect(Object.keys(variables)).toEqual(['__proto__']);
    expect('isAdmin' in variables).toBe(false);
    expect(refusal(() => post('{"__proto__":{"query":"{a}"}}')).message).toContain('query is missing');
  });

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON;charset="UTF-8"',
    'application/json ; charset=utf-8; profile=x',
  ])('takes content-type %s', (type) => {
    expect(post('{"query":"{a}"}', { 'content-type': type }).query).toBe('{a}');
  });

  test.each([
    undefined,
    '',
    'text/plain',
    'TEXT/PLAIN; application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application/json\u00a0',
    'application/json; charset=utf-8\u00a0',
    'application/json, text/plain',
    'application/json;text/plain',
    'application/json; charset=utf-7',
    'application/json; charset=utf-16',
    'application/json; charset=utf-8; charset=utf-16',
  ])('refuses content-type %s with 415 (K02, K05)', (type) => {
    const headers = type === undefined ? {} : { 'content-type': type };
    const { status, message } = refusal(() => post('{"query":"{a}"}', headers));
    expect(status).toBe(415);
    expect(message).toContain('content-type: application/json');
  });

  test('refuses a compressed body with 415', () => {
    expect(refusal(() => post('x', { ...json, 'content-encoding': 'gzip' })).status).toBe(415);
  });

  test('refuses 11 MB with 413 and the limit', () => {
    const body = JSON.stringify({ query: '{a}', variables: { x: 'x'.repeat(11_000_000) } });
    expect(refusal(() => post(body))).toEqual({
      status: 413,
      code: 'BAD_USER_INPUT',
      message: 'The body is larger than 1000000 bytes. Send a smaller request.',
    });
  });

  const malformed: readonly (readonly [string, string | Buffer, string])[] = [
    ['no body', '', 'The body is not valid JSON.'],
    ['half a body', '{ "not a JSON', 'The body is not valid JSON'],
    ['invalid UTF-8 (K05)', Buffer.from([0x7b, 0xff, 0x7d]), 'The body is not valid UTF-8.'],
    ['UTF-16', Buffer.from('{"query":"{a}"}', 'utf16le'), 'The body is not valid JSON'],
    ['a batch', '[{"query":"{a}"}]', 'Batches are not supported.'],
    ['a string', '"{a}"', 'The body is not a JSON object.'],
    ['null', 'null', 'The body is not a JSON object.'],
    ['no query', '{"qeury":"{a}"}', 'The parameter query is missing.'],
    ['query: null', '{"query":null}', 'The parameter query is null.'],
    ['query: number', '{"query":0}', 'The parameter query is a number.'],
    ['query: boolean', '{"query":false}', 'The parameter query is a boolean.'],
    ['query: array', '{"query":["{a}"]}', 'The parameter query is an array.'],
    ['operationName: object', '{"query":"{a}","operationName":{}}', 'operationName is an object.'],
    ['operationName: number', '{"query":"{a}","operationName":0}', 'operationName is a number.'],
    ['variables: array', '{"query":"{a}","variables":[]}', 'variables is an array.'],
    ['variables: string', '{"query":"{a}","variables":"{}"}', 'variables is a string.'],
    ['variables: zero', '{"query":"{a}","variables":0}', 'variables is a number.'],
    ['extensions: false', '{"query":"{a}","extensions":false}', 'extensions is a boolean.'],
    ['query twice (K06)', '{"query":"{a}","query":"{b}"}', 'names a member of an object twice.'],
  ];
  for (const [name, body, message] of malformed) {
    test(`refuses ${name} with 400`, () => {
      const refused = refusal(() => post(body));
      expect(refused.status).toBe(400);
      expect(refused.message).toContain(message);
    });
  }

  test('refuses parameters in the URL beside the body (K06)', () => {
    expect(refusal(() => post('{"query":"{a}"}', json, '/graphql?query={b}')).message).toBe(
      'With POST, query belongs in the body. Remove it from the URL.',
    );
  });

  test('tells an Apollo client that documents cannot be sent by hash', () => {
    const body = '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"00"}}}';
    expect(refusal(() => post(body))).toEqual({
      status: 400,
      code: 'PERSISTED_QUERY_NOT_SUPPORTED',
      message: 'PersistedQueryNotSupported',
    });
  });
});

describe('GET', () => {
  test('takes the four parameters, two of them as JSON', () => {
    const url = new URLSearchParams({
      query: 'query A($x: Int) { a(x: $x) }',
      operationName: 'A',
      variables: '{"x":0}',
      extensions: '{"y":"ü+"}',
    });
    expect(get(url.toString())).toMatchObject({
      method: 'GET',
      query: 'query A($x: Int) { a(x: $x) }',
      operationName: 'A',
      variables: { x: 0 },
      extensions: { y: 'ü+' },
    });
  });

  test.each([
    ['query twice (K06)', 'query={a}&query={b}', 'The URL has query 2 times.'],
    ['variables that are no JSON', 'query={a}&variables=x', 'The parameter variables is not valid JSON.'],
    ['variables that are a list', 'query={a}&variables=[]', 'The parameter variables is an array.'],
    ['invalid UTF-8', 'query=%ff', 'not valid percent-encoded UTF-8'],
    ['no query', 'operationName=A', 'The parameter query is missing.'],
  ])('refuses %s with 400', (_, url, message) => {
    const refused = refusal(() => get(url));
    expect(refused.status).toBe(400);
    expect(refused.message).toContain(message);
  });
});

describe('a GET that a foreign page may have caused (K01)', () => {
  const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)' };

  test.each<readonly [string, IncomingHttpHeaders]>([
    ['an image', { ...browser, accept: 'image/*,*/*;q=0.8', 'sec-fetch-site': 'cross-site' }],
    ['a script of a subdomain', { ...browser, accept: '*/*', 'sec-fetch-site': 'same-site' }],
    ['a typed address or a link in a mail', { ...browser, accept: '*/*', 'sec-fetch-site': 'none' }],
    [
      'fetch in no-cors mode, which may set accept',
      { ...browser, accept: 'application/graphql-response+json', 'sec-fetch-site': 'cross-site' },
    ],
    ['fetch with CORS', { ...browser, accept: '*/*', origin: 'https://evil.example' }],
    ['an origin of null', { accept: '*/*', origin: 'null' }],
    ['a browser towards plain http:', { ...browser, accept: '*/*' }],
    ['a page that gives itself away by referer', { accept: '*/*', referer: 'https://evil.example/' }],
    ['a cookie', { accept: '*/*', cookie: 'a=b' }],
    [
      'a password that the browser remembers',
      { ...browser, 'sec-fetch-site': 'cross-site', authorization: 'Basic eA==' },
    ],
    ['one in other letters', { ...browser, accept: '*/*', authorization: 'bAsIc eA==' }],
  ])('%s is refused', (_, headers) => {
    const refused = refusal(() => get('query={a}', headers));
    expect(refused.status).toBe(400);
    expect(refused.message).toContain('graphql-require-preflight');
  });

  test('a type that a page may set is refused', () => {
    expect(refusal(() => get('query={a}', { 'content-type': 'text/plain' })).status).toBe(415);
  });

  test.each<readonly [string, IncomingHttpHeaders]>([
    ['curl', { accept: '*/*', 'user-agent': 'curl/8.5.0' }],
    ["Node's fetch", { accept: '*/*', 'user-agent': 'node', 'sec-fetch-mode': 'cors' }],
    ['a page of ours', { ...browser, accept: '*/*', 'sec-fetch-site': 'same-origin' }],
    ['a tool that sends a password', { 'user-agent': 'Microsoft.Data.Mashup', authorization: 'Basic eA==' }],
    ['a token', { ...browser, 'sec-fetch-site': 'cross-site', authorization: 'Bearer x' }],
    [
      'a header that forces a preflight',
      { ...browser, 'sec-fetch-site': 'cross-site', 'graphql-require-preflight': '1' },
    ],
    ["Apollo's header", { ...browser, 'sec-fetch-site': 'cross-site', 'apollo-require-preflight': 'true' }],
    [
      'a content-type that forces a preflight',
      { ...browser, 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' },
    ],
  ])('%s is accepted', (_, headers) => {
    expect(get('query={a}', headers).query).toBe('{a}');
  });
});

test.each(['PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'post'])(
  '%s is a 405 that names what is allowed',
  (method) => {
    const attempt = () =>
      receive(
        { method, url: '/graphql', headers: json, body: Buffer.from('{"query":"{a}"}'), signal },
        context,
      );
    expect(refusal(attempt).status).toBe(405);
    expect(attempt).toThrow(expect.objectContaining({ headers: { allow: 'GET, POST' } }));
  },
);

test('a method override is ignored (K11)', () => {
  expect(get('query={a}', { 'x-http-method-override': 'POST' }).method).toBe('GET');
});

describe('an accept header that nothing satisfies is a 406', () => {
  test.each([
    ['text/html', 'Accept application/graphql-response+json.'],
    ['multipart/form-data', 'Accept application/graphql-response+json.'],
    ['multipart/mixed', 'Accept both'],
    ['Multipart/Mixed; deferSpec=20220824', 'Accept both'],
    ['multipart/mixed;subscriptionSpec=1.0, text/html', 'Accept both'],
  ])('%s', (accept, remedy) => {
    const attempt = () => post('{"query":"{a}"}', { ...json, accept });
    expect(refusal(attempt).status).toBe(406);
    expect(attempt).toThrow(remedy);
  });
});
