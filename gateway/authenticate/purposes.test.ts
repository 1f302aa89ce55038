/** What of a caller rules are shown: purposes that were granted, and glass that may be broken. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { somebody } from '../fixture/callers.ts';
import type { KnownRequest, Principal, ReceivedRequest } from '../request.ts';
import { createAuthenticate } from './authenticate.ts';
import { circumstancesNow } from './circumstances.ts';
import { Failures } from './failures.ts';
import { createSigner, noRevocations, serve, trustedIssuer } from './fixture.ts';
import { NotGranted } from './not-granted.ts';
import { subjectOf } from './subject.ts';

function refusal(attempt: () => unknown): NotGranted {
  try {
    attempt();
  } catch (error) {
    if (error instanceof NotGranted) return error;
    throw error;
  }
  throw new Error('it was granted');
}

const both = somebody({ purposes: new Set(['fraud', 'marketing']) });
const usual = somebody({ purposes: new Set(['fraud', 'marketing']), purpose: 'fraud' });
const one = somebody({ purposes: new Set(['fraud']) });

describe('the purpose', () => {
  test('is the one that the caller names, of those granted', () => {
    expect(subjectOf(both, 'marketing').purpose).toBe('marketing');
    expect(subjectOf(usual, 'marketing').purpose).toBe('marketing');
  });

  test("is the token's, else the only one, else none, where the caller names none", () => {
    const purposes = [usual, one, both, somebody()].map(
      (principal) => subjectOf(principal, undefined).purpose,
    );
    expect(purposes).toEqual(['fraud', 'fraud', 'none', 'none']);
  });

  test('that was not granted is refused in one text, whether it exists or not', () => {
    for (const [principal, purpose] of [
      [one, 'marketing'],
      [one, 'constructor'],
      [one, 'FRAUD'],
      [somebody(), 'fraud'],
      [{ kind: 'anonymous' }, 'fraud'],
      [{ kind: 'anonymous' }, 'none'],
    ] as const) {
      const { kind, message } = refusal(() => subjectOf(principal, purpose));
      expect({ kind, message }).toEqual({
        kind: 'purpose',
        message: 'This purpose is not granted to this caller.',
      });
    }
  });

  test('none is one to be granted too: whoever has an only purpose cannot lay it down', () => {
    const principal = somebody({ purposes: new Set(['a', 'b']) });
    // Even after it has been the usual one.
    expect(subjectOf(principal, undefined).purpose).toBe('none');
    expect(refusal(() => subjectOf(principal, 'none')).kind).toBe('purpose');
  });
});

test('a subject is made once for each principal and purpose, and is shared by no two', () => {
  expect(subjectOf(both, 'fraud')).toBe(subjectOf(both, 'fraud'));
  expect(subjectOf(usual, undefined)).toBe(subjectOf(usual, 'fraud'));
  expect(subjectOf(both, 'fraud')).not.toBe(subjectOf(both, 'marketing'));
  expect(subjectOf({ ...both }, 'fraud')).not.toBe(subjectOf(both, 'fraud'));
  expect(Object.isFrozen(subjectOf(both, 'fraud'))).toBe(true);
});

test('nobody has the default of everything', () => {
  expect(subjectOf({ kind: 'anonymous' }, undefined)).toEqual({
    kind: 'anonymous',
    purpose: 'none',
    roles: new Set(),
    teams: new Set(),
    scopes: new Set(),
    attributes: new Map(),
  });
});

const signer = createSigner('k1');
const noon = Date.UTC(2027, 0, 15, 12, 30);
const context = {
  id: 'r',
  traceparent: 't',
  signal: new AbortController().signal,
  counts: { subgraphRequests: 0, rows: 0 },
};

let broken: unknown[];
beforeEach(() => {
  broken = [];
});

/** `claims` undefined: without a token. */
async function known(
  claims: object | undefined,
  said: Partial<ReceivedRequest> = {},
  { open = false, now = noon } = {},
): Promise<KnownRequest> {
  const keys = JSON.stringify({ keys: [signer.jwk] });
  const provider = await serve((_, response) =>
    response.setHeader('content-type', 'application/json').end(keys),
  );
  const names = { purposes: 'purposes', purpose: undefined, breakGlass: 'break_glass', attributes: {} };
  const none = { kind: undefined, roles: undefined, teams: undefined };
  const issuer = trustedIssuer('https://one.example', provider.url, { claims: { ...none, ...names } });
  const authenticate = createAuthenticate({
    issuers: [issuer],
    revocations: noRevocations,
    onKeyChange() {},
    anonymous: 'allow',
    open,
    failures: new Failures({ perAddress: 1, perPrincipal: 1, throttled() {} }),
    tokenRefused() {},
    glassBroken: (event) => broken.push(event),
    keysFetched() {},
    keysUnavailable() {},
    now: () => now,
  });
  const at = Math.floor(noon / 1000);
  const payload = { iss: issuer.issuer, aud: 'portcullis', sub: 'ann', iat: at, exp: at + 600, ...claims };
  try {
    return await authenticate({
      context,
      method: 'POST',
      accept: 'application/json',
      authorization: claims && `Bearer ${signer.token(payload)}`,
      purpose: undefined,
      breakGlass: undefined,
      from: undefined,
      zone: 'corp',
      query: '{a}',
      operationName: undefined,
      variables: {},
      extensions: {},
      ...said,
    });
  } finally {
    await provider.close();
  }
}

describe('the glass', () => {
  const reason = 'Incident 7';

  test('is broken by whoever may, and that is told with the reason', async () => {
    const request = await known({ break_glass: true, purposes: ['fraud'] }, { breakGlass: reason });
    expect(request.circumstances).toEqual({ zone: 'corp', hour: 12, breakGlass: true });
    expect(request.breakGlass).toBe(reason);
    expect(broken).toEqual([
      {
        context,
        issuer: 'https://one.example',
        subject: 'ann',
        clientId: undefined,
        purpose: 'fraud',
        reason,
      },
    ]);
  });

  test('is whole for whoever may and does not', async () => {
    const request = await known({ break_glass: true });
    expect(request.circumstances.breakGlass).toBe(false);
    expect(broken).toEqual([]);
  });

  test.each([[{}], [{ break_glass: false }], [undefined]])(
    'cannot be broken with %j, and nothing else is done instead',
    async (claims) => {
      await expect(known(claims, { breakGlass: reason })).rejects.toMatchObject({
        code: 'FORBIDDEN',
        httpStatus: 403,
        message: 'To break the glass is not granted to this caller.',
      });
      expect(broken).toEqual([]);
    },
  );

  test('is not broken by a request whose purpose is refused', async () => {
    const request = known({ break_glass: true }, { breakGlass: reason, purpose: 'fraud' });
    await expect(request).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(broken).toEqual([]);
  });
});

test('in open mode nobody has a purpose or breaks anything, whatever they send', async () => {
  const said = { purpose: 'fraud', breakGlass: 'because' };
  const request = await known({ break_glass: true, purposes: ['fraud'] }, said, { open: true });
  expect(request).toMatchObject({
    principal: { kind: 'anonymous' } satisfies Principal,
    subject: { kind: 'anonymous', purpose: 'none' },
    circumstances: { breakGlass: false },
    breakGlass: undefined,
  });
});

test('what the caller said and was not granted goes no further', async () => {
  const request = await known({ purposes: ['fraud'] }, { purpose: 'fraud' });
  expect(Object.keys(request)).not.toEqual(expect.arrayContaining(['authorization']));
  expect(Object.keys(request)).not.toEqual(expect.arrayContaining(['purpose']));
});

describe('the hour', () => {
  const hour = 3_600_000;

  test.each([
    [Date.UTC(2027, 0, 15, 0, 0, 0), 0],
    [Date.UTC(2027, 0, 15, 23, 59, 59, 999), 23],
    [Date.UTC(2027, 6, 15, 6), 6],
  ])('of %d is %d, wherever the gateway stands', async (now, expected) => {
    const { circumstances } = await known(undefined, {}, { now });
    expect(circumstances.hour).toBe(expected);
  });

  test('is looked at again for what lasts; place and glass are those of the request', async () => {
    const request = await known({ break_glass: true }, { breakGlass: 'because' });
    expect(circumstancesNow(request, noon + hour / 4)).toBe(request.circumstances);
    expect(circumstancesNow(request, noon + hour)).toEqual({ zone: 'corp', hour: 13, breakGlass: true });
    expect(circumstancesNow(request, noon + 12 * hour).hour).toBe(0);
  });
});
