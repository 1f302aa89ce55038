/** A gateway on a socket, in front of a subgraph that says whom it was asked for, which trusts the providers that it is given. */
import { trustedIssuer } from '@portcullis/gateway/authenticate/fixture';
import { type House, type HouseOptions, openHouse } from '@portcullis/gateway/fixture/house';
import type { SubgraphFixture } from '@portcullis/gateway/fixture/subgraph';
import { decodeJwt, type JWTPayload } from 'jose';
import { gatewayResource } from './provider.ts';

export const ledgerScope = 'ledger:read';

const books: SubgraphFixture = {
  name: 'books',
  sdl: `extend schema
      @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requiresScopes", "@tag"])
    type Query { titles: [Title!] ledger: String @requiresScopes(scopes: [["${ledgerScope}"]]) }
    type Title @key(fields: "id") { id: ID! name: String }`,
  resolvers: {
    Query: { titles: () => [{ id: '1', name: 'Middlemarch' }], ledger: () => 'in balance' },
  },
};

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export interface OpenGateway {
  readonly house: House;
  ask(token: string, query?: string): Promise<Answer>;
  /** What the subgraph was told by the Txn-Tokens that came to it, and forgets that. */
  told(): readonly JWTPayload[];
  close(): Promise<void>;
}

const titles = '{ titles { id name } }';
/** The answer to that. */
export const middlemarch = '{"data":{"titles":[{"id":"1","name":"Middlemarch"}]}}';

export async function openGateway(
  issuers: readonly string[],
  options: HouseOptions & { readonly clients?: readonly string[] } = {},
): Promise<OpenGateway> {
  const { clients, ...others } = options;
  const house = await openHouse([books], {
    anonymous: 'deny',
    issuers: issuers.map((issuer) => trusted(issuer, clients)),
    ...others,
  });
  const { url } = await house.listen();
  return {
    house,
    ask: (token, query = titles) => ask(`${url}/graphql`, token, query),
    told() {
      const asked = house.subgraphs.get('books')?.asked.splice(0) ?? [];
      return asked.map(({ headers }) => decodeJwt(String(headers['txn-token'])));
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
  });
}

async function ask(url: string, token: string, query: string): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, text: await response.text() };
}
