/** A gateway and a subgraph of the kit, each at work, and the ways in which a token can come to them. */
import { writeFile } from 'node:fs/promises';
import { Agent, request as httpRequest, validateHeaderValue } from 'node:http';
import { join } from 'node:path';
import { serve as serveKeys, trustedIssuer } from '@portcullis/gateway/authenticate/fixture';
import { createServiceToken, printServiceToken } from '@portcullis/gateway/authenticate/service-tokens/token';
import { printTokenFile } from '@portcullis/gateway/authenticate/service-tokens/token-file';
import { openHouse } from '@portcullis/gateway/fixture/house';
import { noRights, stored } from '@portcullis/gateway/fixture/service-tokens';
import { serve as serveDomain } from '@portcullis/kit';
import { identify } from '@portcullis/kit/identity/authenticate';
import { keySource } from '@portcullis/kit/identity/key-source';
import { writeLibrary } from '@portcullis/kit/server/testing';
import { claimNames, now } from '../kit/providers.ts';
import { RawSocket } from '../kit/raw-socket.ts';
import { until } from '../kit/until.ts';
import { createKey, type Key } from './keys.ts';
import type { Trusted } from './reference.ts';

export interface Outcome {
  readonly door: string;
  readonly status: number;
  readonly text: string;
  /** What came to the one that asks for the token: HTTP takes away the white space around it. */
  readonly received: string;
}

export interface OpenDoors {
  readonly trusted: readonly Trusted[];
  /** The domain, and the gateway that it trusts. */
  readonly domain: Trusted;
  readonly serviceToken: string;
  /** As the header `authorization` of the gateway: straight away, over HTTP, and as a WebSocket says it. */
  authorize(value: string, way: 'straight' | 'HTTP' | 'WebSocket'): Promise<Outcome | undefined>;
  /** As the header `txn-token` of the domain. */
  identify(value: string): Promise<Outcome>;
  /** What the gateway has asked of its subgraph since the last time. */
  asked(): string;
  /** Of the gateway. */
  readonly faults: readonly unknown[];
  close(): Promise<void>;
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
/** Node refuses a request whose head is longer than 16 kB. */
const longest = 12_000;

export async function openDoors(): Promise<OpenDoors> {
  const gateway = await openGateway();
  const domain = await openDomain();
  return {
    ...gateway,
    ...domain,
    async close() {
      await gateway.close();
      await domain.close();
      agent.destroy();
    },
  };
}

async function openGateway() {
  const [first, second, rsa] = [
    createKey('k1', 'ES256'),
    createKey('k1', 'ES256'),
    createKey('rsa', 'RS256'),
  ];
  const published = (keys: readonly Key[]) => JSON.stringify({ keys: keys.map(({ jwk }) => jwk) });
  const keys = await serveKeys((request, response) =>
    response.end(published(request.url === '/two' ? [second] : [first, rsa])),
  );
  const issuers = ['one', 'two'].map((name) =>
    trustedIssuer(`https://${name}.example`, `${keys.url}/${name}`, { claims: claimNames }),
  );
  const faults: unknown[] = [];
  const me = { Query: { me: () => ({ name: 'Ann' }) } };
  const staff = {
    name: 'staff',
    sdl: 'type Query { me: Person } type Person { name: String }',
    resolvers: me,
  };
  const house = await openHouse([staff], {
    anonymous: 'deny',
    issuers,
    serviceTokens: true,
    observers: { requestFaulted: ({ error }) => void faults.push(error) },
  });
  const { url } = await house.listen();
  const token = createServiceToken();
  const tokens = [stored(token, { created: now(), expires: now() + 86_400 })];
  const file = printTokenFile(new Map([['bi', { ...noRights, kind: 'service', tokens }]]));
  await writeFile(join(house.folder, 'tokens.json'), file, { mode: 0o600 });
  const serviceToken = printServiceToken(token);
  const straight = async (value: string): Promise<Outcome> => {
    const { status, text } = await house.ask(query, { headers: { authorization: value } });
    return { door: 'straight', status, text, received: value };
  };
  await until(async () => (await straight(`Bearer ${serviceToken}`)).status === 200);
  house.forget();
  const trusted: readonly Trusted[] = [
    { issuer: 'https://one.example', audience: 'portcullis', keys: [first, rsa] },
    { issuer: 'https://two.example', audience: 'portcullis', keys: [second] },
  ];
  return {
    trusted,
    serviceToken,
    faults,
    authorize: async (value: string, way: 'straight' | 'HTTP' | 'WebSocket') => {
      if (way === 'straight') return straight(value);
      if (way === 'WebSocket') return overWebSocket(`${url}/graphql`, value);
      return overHttp(`${url}/graphql`, 'authorization', value, query);
    },
    asked() {
      const asked = house.asked();
      if (asked !== '') house.forget();
      return asked;
    },
    async close() {
      await house.close();
      await keys.close();
    },
  };
}

const query = '{ me { name } }';

/** Without its database, which nobody asks. */
async function openDomain() {
  const library = await writeLibrary();
  const key = createKey('g1', 'EdDSA');
  await writeFile(library.keys, JSON.stringify({ keys: [key.jwk] }));
  const { issuer } = library.gateway;
  const subgraph = await serveDomain({
    folder: library.folder,
    resolvers: { Book: { remark: () => 'fine' } },
    port: 0,
    environment: { ...library.environment('postgres://nobody@127.0.0.1:1/none'), LOG_LEVEL: 'silent' },
  });
  const profile = { issuer, audience: 'library', keys: keySource(library.keys) };
  return {
    domain: { issuer, audience: 'library', keys: [key] },
    async identify(value: string): Promise<Outcome> {
      const outcome = await overHttp(subgraph.url, 'txn-token', value, '{ __typename }');
      if (outcome !== undefined) return outcome;
      const isKnown = 'identity' in (await identify(value, profile));
      return {
        door: 'straight',
        status: isKnown ? 200 : 401,
        text: isKnown ? '"data"' : refused,
        received: value,
      };
    },
    async close() {
      await subgraph.close();
      await library.remove();
    },
  };
}

/** Of a domain, whatever is wrong. */
export const refused =
  '{"errors":[{"message":"a valid transaction token is required","extensions":{"code":"UNAUTHENTICATED"}}]}';

/** Undefined for what cannot be a header. */
async function overHttp(
  url: string,
  name: string,
  value: string,
  asking: string,
): Promise<Outcome | undefined> {
  if (value.length > longest || !isHeader(name, value)) return undefined;
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', [name]: value };
    const request = httpRequest(url, { method: 'POST', headers, agent });
    request.on('error', reject);
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text += piece;
      });
      const received = value.replace(/^[ \t]+|[ \t]+$/g, '');
      response.on('end', () => resolve({ door: 'HTTP', status: response.statusCode ?? 0, text, received }));
    });
    request.end(JSON.stringify({ query: asking }));
  });
}

function isHeader(name: string, value: string): boolean {
  try {
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

async function overWebSocket(url: string, value: string): Promise<Outcome> {
  const socket = await new RawSocket(url).init({ Authorization: value });
  const isIn = socket.received.some(({ type }) => type === 'connection_ack');
  if (isIn) socket.subscribe('1', query);
  const text = isIn ? JSON.stringify(await socket.first('1')) : `${await socket.closed()}`;
  socket.end();
  // What is closed for any other reason is a fault.
  const status = text === '4403' ? 401 : isIn ? 200 : 500;
  return { door: 'WebSocket', status, text, received: value };
}
