/**
 * A process that asks the first stage and the mint, one call after the other, with 300 principals in turn: what each costs when
 * it knows the answer, and when it does not.
 */
import { readFileSync } from 'node:fs';
import { createAuthenticate } from '@portcullis/gateway/authenticate/authenticate';
import { Failures } from '@portcullis/gateway/authenticate/failures';
import { trustedIssuer } from '@portcullis/gateway/authenticate/fixture';
import { createMint } from '@portcullis/gateway/execute/mint';
import type { TokenRequest } from '@portcullis/gateway/execute/token-request';
import type { KnownRequest, ReceivedRequest } from '@portcullis/gateway/request';
import { openRevocations } from '@portcullis/gateway/revocations/revocations';
import { readSigningKeys } from '@portcullis/gateway/secrets/signing-key';
import { audience, issuer } from '../principals.ts';
import { costOf } from './cost-of-calls.ts';

const [jwksFile = '', tokensFile = '', revocationsFile = ''] = process.argv.slice(2);
const tokens: readonly string[] = JSON.parse(readFileSync(tokensFile, 'utf8'));
const revocations = await openRevocations({ file: revocationsFile, refused: fail });
const [key] = await readSigningKeys({ signingKey: undefined, createIfMissing: false });
const manyCalls = 200_000;

const received: readonly ReceivedRequest[] = tokens.map((token) => ({
  context: {
    id: 'bench',
    traceparent: '',
    signal: new AbortController().signal,
    counts: { subgraphRequests: 0, rows: 0 },
  },
  method: 'POST',
  accept: 'application/json',
  authorization: `Bearer ${token}`,
  purpose: undefined,
  breakGlass: undefined,
  zone: 'anywhere',
  from: '192.0.2.1',
  query: '{ me { id name } }',
  operationName: undefined,
  variables: {},
  extensions: {},
}));

function newStage() {
  return createAuthenticate({
    issuers: [
      trustedIssuer(issuer, '', {
        audience,
        keys: { kind: 'jwksFile', path: jwksFile },
        maxLifetimeSeconds: 86_400,
      }),
    ],
    revocations,
    failures: new Failures({ perAddress: 100, perPrincipal: 10, throttled: () => fail('throttled') }),
    onKeyChange() {},
    anonymous: 'deny',
    open: false,
    tokenRefused: ({ reason }) => fail(reason),
    glassBroken() {},
    keysFetched() {},
    keysUnavailable: ({ reason }) => fail(reason),
  });
}

function fail(reason: string): never {
  throw new Error(reason);
}

function inTurn<Each>(list: readonly Each[], n: number): Each {
  return list[n % list.length] ?? fail('nobody asks');
}

const stage = newStage();
const known: readonly KnownRequest[] = await Promise.all(received.map(async (each) => stage(each)));
// The token is cut out of the header, and so hashed, for each call: as if the header had just come.
const authenticated = await costOf(manyCalls, () => (n) => stage(inTurn(received, n)));
const verified = await costOf(received.length, () => {
  const other = newStage();
  return (n) => other(inTurn(received, n));
});

const view: TokenRequest['view'] = { key: 'everything', obligationsFor: () => ({}) };
const newMint = () => createMint({ issuer: 'https://gateway.example', keys: { current: () => key } });
const requests: readonly TokenRequest[] = known.map(({ principal, subject }) => ({
  subgraph: 'accounts',
  principal,
  subject,
  view,
  snapshot: 'bench',
  transaction: 'bench',
}));
const mint = newMint();
await Promise.all(requests.map(async (each) => mint(each)));
const reused = await costOf(manyCalls, () => (n) => mint(inTurn(requests, n)));
const minted = await costOf(requests.length, () => {
  const other = newMint();
  return (n) => other(inTurn(requests, n));
});

process.send?.({ authenticated, verified, reused, minted });
revocations.close();
process.disconnect?.();
