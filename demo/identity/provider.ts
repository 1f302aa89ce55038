/** The demo's OpenID provider: oidc-provider, with one client for each persona. */
import { randomBytes } from 'node:crypto';
import type { JWK } from 'jose';
// Not the package's main file: on Node 20 that prints a warning for wanting Node 22. What is used here runs on both.
import { Provider } from 'oidc-provider/lib/provider.js';
import { MemoryStore } from './memory.ts';
import { personas, scopes } from './personas.ts';
import type { PersonaClient } from './state.ts';

/** The `aud` of its tokens: what the gateway's configuration names. */
export const audience = 'portcullis';

/** RFC 8707 wants a URI for what a client may name; only its audience reaches the token. */
const resource = 'urn:portcullis:gateway';
const tokenSeconds = 3600;

interface ProviderOptions {
  readonly issuer: string;
  readonly key: JWK;
  readonly clients: readonly PersonaClient[];
}

/** What oidc-provider tells of the token that it is about to sign. */
interface Token {
  readonly clientId: string;
}

export function createProvider({ issuer, key, clients }: ProviderOptions): Provider {
  return new Provider(issuer, {
    adapter: MemoryStore,
    jwks: { keys: [key] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    scopes: [...scopes],
    clients: clients.map(client),
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    ttl: { ClientCredentials: tokenSeconds },
    extraTokenClaims: (_: unknown, { clientId }: Token) =>
      personas.find(({ name }) => name === clientId)?.claims,
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        getResourceServerInfo: () => ({
          scope: scopes.join(' '),
          audience,
          accessTokenFormat: 'jwt',
          accessTokenTTL: tokenSeconds,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  });
}

function client({ clientId, clientSecret, scopes: own }: PersonaClient) {
  return {
    client_id: clientId,
    client_secret: clientSecret,
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'client_secret_basic',
    response_types: [],
    redirect_uris: [],
    scope: own.join(' '),
  };
}
