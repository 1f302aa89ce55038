/** Every token at every door in every place: exactly those cells pass that are meant to, and of all others nothing is fetched. */
import { writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createServiceToken,
  printServiceToken,
  type ServiceToken,
} from '@portcullis/gateway/authenticate/service-tokens/token';
import { printTokenFile } from '@portcullis/gateway/authenticate/service-tokens/token-file';
import { noRights, stored } from '@portcullis/gateway/fixture/service-tokens';
import type { SubgraphFixture } from '@portcullis/gateway/fixture/subgraph';
import { createTestIssuer } from '@portcullis/kit/identity/testing';
import { counts, type Place, payloadOf, placed, places, type Server, type Token } from './kit/cells.ts';
import { now, openProviders, type Providers } from './kit/providers.ts';
import { RawSocket } from './kit/raw-socket.ts';
import { issuer, openTwoDomains, queries, type TwoDomains } from './kit/two-domains.ts';
import { until } from './kit/until.ts';

const desk: SubgraphFixture = {
  name: 'desk',
  sdl: 'type Query { open: Int } type Mutation { close: Int }',
  resolvers: { Query: { open: () => 1 }, Mutation: { close: () => 1 } },
};

const [known, old, unknown] = [createServiceToken(), createServiceToken(), createServiceToken()];
let providers: Providers;
let two: TwoDomains;
/** What does not end within the minutes that this takes, and what has ended already. */
let lasting: readonly Token[];
let tokens: readonly Token[];

beforeAll(async () => {
  providers = await openProviders();
  two = await openTwoDomains(desk, { anonymous: 'deny', serviceTokens: true, issuers: providers.issuers });
  await writeServiceTokens();
  const { one } = providers;
  const ended = now() + 3;
  const expired = await two.tokensFor(one.bearer({ exp: ended }));
  const retired = await two.tokensFor(one.bearer({ jti: 'before' }));
  await two.exchangeKey();
  await until(() => now() > ended);
  lasting = [...accessTokens(), ...serviceTokens(), ...(await forgedTokens())].concat([
    { name: 'for alpha, expired', text: expired.alpha, good: undefined },
    { name: 'for alpha, signed by the former key', text: retired.alpha, good: undefined },
    { name: 'for beta, signed by the former key', text: retired.beta, good: undefined },
  ]);
}, 60_000);
beforeEach(async () => {
  // A token for a subgraph lives half a minute.
  const fresh = await two.tokensFor(providers.one.bearer({ jti: `t${performance.now()}` }));
  tokens = [
    ...lasting,
    { name: 'for alpha', text: fresh.alpha, good: 'for alpha' },
    { name: 'for beta', text: fresh.beta, good: 'for beta' },
  ];
});
afterAll(async () => {
  await two?.close();
  await providers?.close();
});

async function writeServiceTokens(): Promise<void> {
  const of = (token: ServiceToken, expires: number) => [stored(token, { created: now() - 60, expires })];
  const principals = {
    known: { ...noRights, kind: 'service', tokens: of(known, now() + 3_600) },
    old: { ...noRights, tokens: of(old, now() - 1) },
  } as const;
  const text = printTokenFile(new Map(Object.entries(principals)));
  await writeFile(join(two.house.folder, 'tokens.json'), text, { mode: 0o600 });
  const authorization = `Bearer ${printServiceToken(known)}`;
  await until(async () => (await two.house.ask('{ open }', { headers: { authorization } })).status === 200);
}

function accessTokens(): readonly Token[] {
  const { one, two: other, rsa } = providers;
  const of = (name: string, more: object, header: object = { typ: 'at+jwt' }): Token => ({
    name,
    text: one.signer.token(one.claims({ ...more }), { alg: 'ES256', kid: 'k1', ...header }),
    good: undefined,
  });
  return [
    { ...of('of the first issuer', {}), good: 'as access token' },
    {
      name: 'of the first issuer, by its other key',
      text: rsa.token(one.claims()),
      good: 'as access token',
    },
    { name: 'of the second issuer', text: other.bearer().slice(7), good: 'as access token' },
    of('an ID token', { aud: 'bi', nonce: 'n' }, { typ: 'JWT' }),
    of('an ID token for the gateway', { nonce: 'n' }, { typ: 'JWT' }),
    of('a refresh token', {}, { typ: 'rt+jwt' }),
    of('without a type', {}, {}),
    of('that has expired', { iat: now() - 600, exp: now() - 1 }),
    of('before its time', { nbf: now() + 600 }),
    of('for another gateway', { aud: 'other' }),
    of('for a subgraph, by an issuer', { iss: issuer, aud: 'alpha' }, { typ: 'txntoken+jwt' }),
    { name: 'signed by the other issuer', text: other.signer.token(one.claims()), good: undefined },
  ];
}

function serviceTokens(): readonly Token[] {
  return [
    { name: 'a service token', text: printServiceToken(known), good: 'as service token' },
    { name: 'a service token that has expired', text: printServiceToken(old), good: undefined },
    { name: 'a service token of nobody', text: printServiceToken(unknown), good: undefined },
  ];
}

/** What somebody makes who knows the form of a token for a subgraph, and has another key. */
async function forgedTokens(): Promise<readonly Token[]> {
  const kid = two.house.gateway.jwks().keys[0]?.kid ?? '';
  const forger = await createTestIssuer(issuer, kid);
  return [
    {
      name: 'for alpha, by another gateway of that name',
      text: await forger.token('alpha'),
      good: undefined,
    },
  ];
}

/** What was fetched or has run, anywhere behind the gateway. */
function heard(): readonly string[] {
  const own = two.house.asked();
  return [...two.alpha.calls, ...two.beta.calls, ...(own === '' ? [] : [own])];
}

interface Body {
  readonly name: string;
  readonly query: string;
  /** Of whoever is let in; undefined: it is refused for what it asks, and nothing runs. */
  readonly answer: string | undefined;
}

interface Door {
  readonly server: Server;
  readonly bodies: readonly Body[];
  readonly send: (url: string, headers: Headers, query: string) => Promise<string>;
}
type Headers = Readonly<Record<string, string>>;

const entities = (type: string) =>
  `{ _entities(representations: [{ __typename: "${type}", id: "1" }]) { ... on ${type} { id word } } }`;

const atGateway = (harmless: Body, mutation: Body): readonly Body[] => [
  harmless,
  mutation,
  { name: '_entities', query: entities('Alpha'), answer: undefined },
  { name: '_service', query: '{ _service { sdl } }', answer: undefined },
];
const all: Body = { name: 'a query', query: queries.both, answer: 'word of beta' };
const close: Body = { name: 'a mutation', query: 'mutation { close }', answer: '"close":1' };

function atDomain(name: 'alpha' | 'beta'): readonly Body[] {
  const type = name === 'alpha' ? 'Alpha' : 'Beta';
  return [
    { name: 'a query', query: queries[name], answer: `word of ${name}` },
    { name: '_entities', query: entities(type), answer: `word of ${name}` },
    { name: '_service', query: '{ _service { sdl } }', answer: 'extend schema' },
    { name: 'a mutation', query: 'mutation { close }', answer: undefined },
  ];
}

const told = (name: string): Body => ({
  name: 'a subscription',
  query: `subscription { ${name}Told }`,
  answer: `told by ${name}`,
});

/** Status and body; `node:http`, since fetch sends a cookie of its own and no other. */
function sent(url: string, method: string, headers: Headers, body = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers });
    request.on('error', reject);
    request.on('response', (response) => {
      let text = `${response.statusCode} `;
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () => resolve(text));
    });
    request.end(body);
  });
}

const post =
  (accept: string): Door['send'] =>
  (url, headers, query) =>
    sent(url, 'POST', { ...headers, accept, 'content-type': 'application/json' }, JSON.stringify({ query }));

const get: Door['send'] = (url, headers, query) => {
  const address = new URL(url);
  address.searchParams.set('query', query);
  return sent(String(address), 'GET', headers);
};

const json = post('application/json');
const events = post('text/event-stream');
const schema: Body = { name: 'the schema', query: '', answer: 'type Alpha' };

const doors: readonly (readonly [string, Door])[] = [
  ['the gateway by POST', { server: 'gateway', bodies: atGateway(all, close), send: json }],
  [
    'the gateway by GET',
    { server: 'gateway', bodies: atGateway(all, { ...close, answer: undefined }), send: get },
  ],
  ['the gateway over SSE', { server: 'gateway', bodies: atGateway(told('alpha'), close), send: events }],
  [
    'the schema of the gateway',
    {
      server: 'gateway',
      bodies: [schema],
      send: (url, headers) => sent(url.replace('/graphql', '/v1/schema.graphql'), 'GET', headers),
    },
  ],
  ['alpha', { server: 'alpha', bodies: atDomain('alpha'), send: json }],
  ['beta', { server: 'beta', bodies: atDomain('beta'), send: json }],
  ['alpha over SSE', { server: 'alpha', bodies: [told('alpha')], send: events }],
  ['beta over SSE', { server: 'beta', bodies: [told('beta')], send: events }],
];

function urlOf(server: Server): string {
  return server === 'gateway' ? `${two.url}/graphql` : two[server].url;
}

function address(server: Server, search: string): string {
  return search === '' ? urlOf(server) : `${urlOf(server)}?${search}`;
}

/** What has to be so of one cell; each says what is not. */
class Cells {
  /** The refusal, by what it may depend on: everything but the token. */
  readonly #refusals = new Map<string, string>();
  readonly wrong: string[] = [];
  passed = 0;
  refused = 0;

  judge(cell: string, isMeantToPass: boolean, { answer }: Body, text: string): void {
    const ran = heard();
    two.forget();
    if (isMeantToPass) {
      this.passed += 1;
      if (text.includes('UNAUTHENTICATED')) this.#say(cell, 'is refused', text);
      if (answer !== undefined && !text.includes(answer)) this.#say(cell, 'has another answer', text);
      if (answer === undefined && text.includes('"data":{')) this.#say(cell, 'is answered', text);
      if (answer === undefined && ran.length > 0) this.#say(cell, `has run ${ran}`, text);
      return;
    }
    this.refused += 1;
    if (ran.length > 0) this.#say(cell, `has run ${ran}`, text);
    if (/"data":|type Alpha|told by|word of/.test(text)) this.#say(cell, 'is answered', text);
  }

  /** One text for all tokens that do not count there, whatever is wrong with them. */
  compare(cell: string, kind: string, text: string): void {
    const known = this.#refusals.get(kind) ?? text;
    this.#refusals.set(kind, known);
    if (known !== text) this.#say(cell, `differs from ${known}`, text);
  }

  #say(cell: string, what: string, text: string): void {
    this.wrong.push(`${cell} ${what}: ${text.slice(0, 300)}`);
  }
}

describe('every token in every place', () => {
  it.each(doors)('at %s', async (_, { server, bodies, send }) => {
    const cells = new Cells();
    for (const place of places.filter((each) => each !== 'connection_init'))
      for (const token of tokens)
        for (const body of bodies) {
          const { headers, search } = placed(token.text, place);
          const text = await send(address(server, search), headers, body.query);
          const cell = `${token.name} as ${place} with ${body.name}`;
          const passes = counts(token, place, server);
          cells.judge(cell, passes, body, text);
          if (!passes) cells.compare(cell, `${place} ${body.name}`, text);
        }
    expect(cells.wrong).toEqual([]);
    const good = tokens.flatMap((token) => places.filter((place) => counts(token, place, server)));
    const http = good.filter((place) => place !== 'connection_init');
    expect([cells.passed, heard()]).toEqual([http.length * bodies.length, []]);
    expect(cells.passed + cells.refused).toBe((places.length - 1) * tokens.length * bodies.length);
  });

  it.each([
    ['the gateway', 'gateway', [...atGateway(all, close), told('alpha')]],
    ['alpha', 'alpha', [told('alpha')]],
    ['beta', 'beta', [told('beta')]],
  ] as const)('on a WebSocket of %s', async (_, server, bodies) => {
    const cells = new Cells();
    for (const place of places)
      for (const token of tokens) {
        const passes = counts(token, place, server);
        const { isIn, text, socket } = await connected(server, token, place);
        const cell = `${token.name} as ${place}`;
        if (isIn !== passes) cells.wrong.push(`${cell} ${isIn ? 'is let in' : 'is refused'}: ${text}`);
        if (!isIn) cells.compare(cell, place, text);
        if (isIn)
          for (const [at, body] of bodies.entries()) {
            socket.subscribe(String(at), body.query);
            const frame = await socket.first(String(at));
            cells.judge(`${cell} with ${body.name}`, passes, body, JSON.stringify(frame));
          }
        socket.end();
        if (heard().length > 0) cells.wrong.push(`${cell} has run ${heard()}`);
        two.forget();
      }
    expect(cells.wrong).toEqual([]);
    const good = tokens.flatMap((token) => places.filter((place) => counts(token, place, server)));
    expect(cells.passed).toBe(good.length * bodies.length);
  });
});

async function connected(server: Server, token: Token, place: Place) {
  const { headers, search } = placed(token.text, place);
  const socket = await new RawSocket(address(server, search), headers).init(payloadOf(token.text, place));
  const isIn = socket.received.some(({ type }) => type === 'connection_ack');
  const { status, code, body, received } = socket;
  return { socket, isIn, text: JSON.stringify({ status, code, body, received }) };
}
