/** oidc-provider with what the tests need of it: access tokens as JWTs for the resource that a client names, and two flows. */
import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js';
import { Provider } from 'oidc-provider/lib/provider.js';
import type { SigningKey } from './signing-keys.ts';

/** RFC 8707: what a client asks a token for, and the `aud` that comes of it. */
export const gatewayResource = 'https://data.example/graphql';
export const otherResource = 'https://ledger.example/api';

/** A program that acts for itself. */
export interface ProviderClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
}

/** An application on the machine of whoever uses it (RFC 8252): it has no secret, and proves itself by PKCE. */
export interface NativeApplication {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
}

export interface ProviderOptions {
  readonly clients?: readonly ProviderClient[];
  readonly applications?: readonly NativeApplication[];
  /** What stands in access tokens beside the usual, by client. */
  readonly claims?: (clientId: string) => Readonly<Record<string, unknown>>;
}

/** What outlives an exchange of keys: sessions, and the key of their cookies. */
export interface Store {
  readonly adapter: (model: string) => object;
  readonly cookieKey: string;
}

export function newStore(): Store {
  return { adapter: createMemoryAdapter(), cookieKey: randomBytes(32).toString('base64url') };
}

export interface Identity {
  readonly issuer: string;
  /** The first one signs; all are published. */
  readonly keys: readonly [SigningKey, ...SigningKey[]];
  readonly store: Store;
}

/** What it makes, and for how long that counts. */
const kept = ['AccessToken', 'ClientCredentials', 'Grant', 'IdToken', 'Interaction', 'Session'];
const seconds = 3600;

export function createAnswer(
  { issuer, keys, store }: Identity,
  { clients = [], applications = [], claims }: ProviderOptions,
): RequestListener {
  const scopes = [...new Set([...clients, ...applications].flatMap((client) => client.scopes))];
  const provider: Provider = new Provider(issuer, {
    adapter: store.adapter,
    jwks: { keys: [...keys] },
    cookies: { keys: [store.cookieKey] },
    scopes,
    clients: [...clients.map(program), ...applications.map(native)],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    ttl: Object.fromEntries(kept.map((each) => [each, seconds])),
    extraTokenClaims: (_: unknown, { clientId }: { readonly clientId: string }) => claims?.(clientId),
    findAccount: (_: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
    interactions: { url: (_: unknown, { uid }: { readonly uid: string }) => `${interactionPath}${uid}` },
    loadExistingGrant: (asking: Asking) => grantAll(provider, asking),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: scopes.join(' '),
          accessTokenFormat: 'jwt',
          accessTokenTTL: seconds,
          jwt: { sign: { alg: 'ES256', kid: keys[0].kid } },
        }),
      },
    },
  });
  const answer = provider.callback();
  const signIn = createSignIn(provider);
  return (request, response) =>
    void (request.url?.startsWith(interactionPath) ? signIn : answer)(request, response);
}

const interactionPath = '/interaction/';

/** The form by which somebody signs in, and lets the application act for them. */
function createSignIn(provider: Provider) {
  return async (...[request, response]: Parameters<RequestListener>) => {
    const accountId = new URLSearchParams(await text(request)).get('login');
    if (accountId === null) response.end('<form method="post"><input name="login"></form>');
    else await provider.interactionFinished(request, response, { login: { accountId }, consent: {} });
  };
}

interface Asking {
  readonly oidc: {
    readonly client: { readonly clientId: string; readonly scope: string };
    readonly session: { readonly accountId: string };
  };
}

/** Whatever the application is registered for. */
async function grantAll(provider: Provider, { oidc: { client, session } }: Asking): Promise<object> {
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  // A scope that the provider knows counts as one of its own too.
  grant.addOIDCScope(client.scope);
  grant.addResourceScope(gatewayResource, client.scope);
  await grant.save();
  return grant;
}

function program({ clientId, clientSecret, scopes }: ProviderClient) {
  return {
    client_id: clientId,
    client_secret: clientSecret,
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'client_secret_basic',
    response_types: [],
    redirect_uris: [],
    scope: scopes.join(' '),
  };
}

function native({ clientId, redirectUri, scopes }: NativeApplication) {
  return {
    client_id: clientId,
    application_type: 'native',
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'none',
    response_types: ['code'],
    redirect_uris: [redirectUri],
    scope: ['openid', ...scopes].join(' '),
  };
}
