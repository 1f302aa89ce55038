/** For tests: an identity provider that signs whatever it is told to, and a real HTTP server for its keys. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TrustedIssuer } from './issuer.ts';
import type { Asked } from './verified.ts';

export interface Signer {
  readonly kid: string;
  readonly publicKey: KeyObject;
  readonly jwk: Readonly<Record<string, unknown>>;
  /** Signs texts as they are, malformed ones too. */
  token(payload: string | object, header?: string | object): string;
}

export function createSigner(kid: string, kind: 'ES256' | 'RS256' = 'ES256', bits = 2048): Signer {
  const { publicKey, privateKey } =
    kind === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: bits });
  return {
    kid,
    publicKey,
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: kind, use: 'sig' },
    token(payload, header = { alg: kind, typ: 'at+jwt', kid }) {
      const input = `${encode(header)}.${encode(payload)}`;
      const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
      return `${input}.${signature.toString('base64url')}`;
    },
  };
}

export function encode(part: string | object): string {
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
}

export interface TestServer {
  readonly url: string;
  /** Paths in the order in which they were asked for. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

export async function serve(answer: RequestListener): Promise<TestServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const noRevocations: Asked = Object.freeze({ version: 0, reasonAgainst: () => undefined });

const unsaid = {
  kind: undefined,
  roles: undefined,
  teams: undefined,
  purposes: undefined,
  purpose: undefined,
  breakGlass: undefined,
};

export function trustedIssuer(issuer: string, url: string, more: Partial<TrustedIssuer> = {}): TrustedIssuer {
  return {
    issuer,
    keys: { kind: 'jwksUrl', url },
    allowPlainHttp: false,
    audience: 'portcullis',
    algorithms: ['ES256', 'RS256'],
    typ: 'at+jwt',
    clients: undefined,
    clockSkewSeconds: 10,
    maxLifetimeSeconds: 3600,
    scopeClaim: 'scope',
    kind: 'human',
    claims: { ...unsaid, attributes: {} },
    ...more,
  };
}
