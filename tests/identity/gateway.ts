/** A gateway on a socket, which trusts the providers that it is given, in front of a subgraph that says for whom it was asked. */
import type { IncomingHttpHeaders } from 'node:http';
import { trustedIssuer } from '@portcullis/gateway/authenticate/fixture';
import { type House, type HouseOptions, openHouse } from '@portcullis/gateway/fixture/house';
import type { SubgraphFixture } from '@portcullis/gateway/fixture/subgraph';
import { decodeJwt, type JWTPayload } from 'jose';
import { gatewayResource } from './provider-configuration.ts';

export const ledgerScope = 'ledger:read';

const rows = [
  { id: '1', name: 'Middlemarch', region: 'EMEA' },
  { id: '2', name: 'Kokoro', region: 'APAC' },
];

const books: SubgraphFixture = {
  name: 'books',
  enforces: ['rows'],
  sdl: `extend schema
      @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requiresScopes"])
    type Query { titles: [Title!] ledger: String @requiresScopes(scopes: [["${ledgerScope}"]]) }
    type Title @key(fields: "id") { id: ID! name: String region: String }`,
  resolvers: {
    Query: {
      titles: (_: unknown, __: unknown, headers: IncomingHttpHeaders) => rowsFor(headers),
      ledger: () => 'in balance',
    },
  },
};

/** Carries out the one row filter that tests use. */
function rowsFor(headers: IncomingHttpHeaders) {
  const filters = tokenIn(headers).tctx.obligations.rows?.Title ?? [];
  return rows.filter(({ region }) => filters.every(({ value }) => value === region));
}

interface TxnToken extends JWTPayload {
  readonly tctx: {
    readonly obligations: { readonly rows?: { readonly Title?: readonly { readonly value: string }[] } };
  };
}

function tokenIn(headers: IncomingHttpHeaders): TxnToken {
  return decodeJwt<TxnToken>(String(headers['txn-token']));
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export interface OpenGateway {
  readonly house: House;
  ask(token: string, query?: string): Promise<Answer>;
  /** What the subgraph was told by the Txn-Tokens that came to it, and forgets that. */
  told(): readonly TxnToken[];
  close(): Promise<void>;
}

const titles = '{ titles { id name } }';
/** The answer to that. */
export const allTitles = answerWith('{"id":"1","name":"Middlemarch"},{"id":"2","name":"Kokoro"}');
export const titlesByRegion = {
  EMEA: answerWith('{"id":"1","name":"Middlemarch"}'),
  APAC: answerWith('{"id":"2","name":"Kokoro"}'),
};

function answerWith(rows: string): string {
  return `{"data":{"titles":[${rows}]}}`;
}

export async function openGateway(
  issuers: readonly string[],
  options: HouseOptions & { readonly clients?: readonly string[] } = {},
): Promise<OpenGateway> {
  const { clients, ...others } = options;
  const house = await openHouse([books], {
    anonymous: 'deny',
    issuers: issuers.map((issuer) => trusted(issuer, clients)),
    // A machine that is busy with other tests is no fault of authentication.
    limits: { requestTimeoutMs: 30_000, subgraphTimeoutMs: 20_000 },
    ...others,
  });
  const { url } = await house.listen();
  return {
    house,
    ask: (token, query = titles) => ask(`${url}/graphql`, token, query),
    told() {
      const asked = house.subgraphs.get('books')?.asked.splice(0) ?? [];
      return asked.map(({ headers }) => tokenIn(headers));
    },
    close: () => house.close(),
  };
}

function trusted(issuer: string, clients: readonly string[] | undefined) {
  const url = `${issuer}/.well-known/openid-configuration`;
  return trustedIssuer(issuer, url, {
    keys: { kind: 'discovery', url },
    audience: gatewayResource,
    algorithms: ['ES256'],
    clients,
    claims: { ...unsaid, roles: 'roles', attributes: { region: 'region' } },
  });
}

const unsaid = {
  kind: undefined,
  teams: undefined,
  purposes: undefined,
  purpose: undefined,
  breakGlass: undefined,
};

async function ask(url: string, token: string, query: string): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, text: await response.text() };
}
