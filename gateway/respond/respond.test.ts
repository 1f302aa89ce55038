import { describe, expect, test } from '@jest/globals';
import { ClientError, type ErrorCode, errorCodes, InternalError, mutationOverGet } from '../errors.ts';
import type { HttpResponse, ResponseMediaType } from '../request.ts';
import { refuse, respond } from './respond.ts';

const context = {
  id: 'r-1',
  traceparent: '00-a-b-00',
  signal: new AbortController().signal,
  counts: { subgraphRequests: 0, rows: 0 },
};
const modern = 'application/graphql-response+json';
const legacy = 'application/json';

function bodyOf(response: HttpResponse): unknown {
  return JSON.parse(String(response.body));
}

describe('an answer with data', () => {
  test.each<ResponseMediaType>([modern, legacy])('is a 200 as %s, errors or not', (accept) => {
    const errors = [{ message: 'no', path: ['a', 0], extensions: { code: 'SUBGRAPH_UNAVAILABLE' as const } }];
    const partial = respond({ context, accept, data: '{"a":[null]}', errors });
    expect(partial.status).toBe(200);
    expect(partial.body).toBe(
      '{"errors":[{"message":"no","path":["a",0],"extensions":{"code":"SUBGRAPH_UNAVAILABLE"}}],"data":{"a":[null]}}',
    );
    expect(respond({ context, accept, data: 'null', errors }).status).toBe(200);
  });

  test('is written as UTF-8 that was pasted together as it is', () => {
    const errors = [{ message: 'ö', extensions: { code: 'FORBIDDEN' as const } }];
    const { body } = respond({ context, accept: modern, data: Buffer.from('{"a":"é"}'), errors });
    expect(Buffer.isBuffer(body)).toBe(true);
    expect(String(body)).toBe(
      '{"errors":[{"message":"ö","extensions":{"code":"FORBIDDEN"}}],"data":{"a":"é"}}',
    );
    const streamed = respond({
      context,
      accept: 'text/event-stream',
      data: Buffer.from('{"a":"é"}'),
      errors: [],
    });
    expect(streamed.body).toContain('data: {"data":{"a":"é"}}');
  });

  test('without errors has no errors entry', () => {
    expect(bodyOf(respond({ context, accept: modern, data: '{"a":0}', errors: [] }))).toEqual({
      data: { a: 0 },
    });
  });

  test('is never kept, never sniffed, and names its request', () => {
    expect(respond({ context, accept: modern, data: '{}', errors: [] }).headers).toEqual({
      'content-type': 'application/graphql-response+json; charset=utf-8',
      'cache-control': 'no-store',
      vary: 'accept, authorization',
      'x-content-type-options': 'nosniff',
      'x-request-id': 'r-1',
    });
  });
});

describe('a refusal', () => {
  const expected: Record<ErrorCode, readonly [modernStatus: number, legacyStatus: number]> = {
    GRAPHQL_PARSE_FAILED: [400, 200],
    GRAPHQL_VALIDATION_FAILED: [400, 200],
    BAD_USER_INPUT: [400, 200],
    UNAUTHENTICATED: [401, 401],
    FORBIDDEN: [403, 200],
    NOT_FOUND: [404, 200],
    PERSISTED_QUERY_NOT_FOUND: [404, 200],
    PERSISTED_QUERY_NOT_SUPPORTED: [400, 200],
    DOCUMENT_NOT_TRUSTED: [403, 200],
    COST_LIMIT: [400, 200],
    DEPTH_LIMIT: [400, 200],
    RATE_LIMITED: [429, 429],
    SUBGRAPH_UNAVAILABLE: [502, 502],
    SUBGRAPH_TIMEOUT: [504, 504],
    SUBGRAPH_ERROR: [502, 502],
    REQUEST_TIMEOUT: [504, 504],
    INTERNAL: [500, 500],
  };

  test('the table covers the closed list of codes', () => {
    expect(Object.keys(expected)).toEqual(Object.keys(errorCodes));
  });

  for (const [code, [modernStatus, legacyStatus]] of Object.entries(expected)) {
    test(`${code} is ${modernStatus}, and ${legacyStatus} as application/json`, () => {
      const error = new ClientError(code as ErrorCode, 'because');
      expect(refuse(error, context, modern).status).toBe(modernStatus);
      expect(refuse(error, context, legacy).status).toBe(legacyStatus);
    });
  }

  test('has no data entry and carries the headers of its kind', () => {
    const response = refuse(mutationOverGet(), context, legacy);
    expect(response).toMatchObject({ status: 405, headers: { allow: 'POST', 'x-request-id': 'r-1' } });
    expect(bodyOf(response)).toEqual({
      errors: [
        { message: 'A mutation cannot be sent with GET. Use POST.', extensions: { code: 'BAD_USER_INPUT' } },
      ],
    });
  });

  test('a fault of ours shows its code and the request id, and nothing else (G04)', () => {
    const cause = new Error('select * from subscribers where email = ann@example.org');
    const response = refuse(new InternalError('no such column', { cause }), context, modern);
    expect(response.status).toBe(500);
    expect(bodyOf(response)).toEqual({
      errors: [
        {
          message: 'The gateway failed to answer. Give the request id to its operators.',
          extensions: { code: 'INTERNAL', requestId: 'r-1' },
        },
      ],
    });
  });
});
