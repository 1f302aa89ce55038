/** Where a provider's endpoints are, as its discovery document says, and what the explorer is there. */
import * as openid from 'openid-client';
import type { IssuerConfig, LoginConfig } from '../config.ts';
import { readPrivate } from '../secrets/secret-file.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { LoginRefused } from './login-refused.ts';

/** An issuer of the configuration, as far as signing in goes. */
export type LoginIssuer = Pick<IssuerConfig, 'issuer' | 'allowPlainHttp'> & { readonly discovery: string };

const askSeconds = 5;
/** What discovery has said, and the client's secret, are looked at again after so long. */
const discoveredForMs = 600_000;
/** So is what went wrong: whoever wants to sign in needs no session for it. */
const failedForMs = 2_000;

/** Asks when it is called for the first time, and again after a while; who asks meanwhile gets the same answer. */
export function createDiscovery(
  login: LoginConfig,
  issuer: LoginIssuer,
  now: () => number,
): () => Promise<openid.Configuration> {
  let held: { until: number; readonly configuration: Promise<openid.Configuration> } | undefined;
  return () => {
    if (held !== undefined && now() < held.until) return held.configuration;
    const configuration = discover(login, issuer);
    const asked = { until: now() + discoveredForMs, configuration };
    held = asked;
    configuration.catch(() => {
      asked.until = now() + failedForMs;
    });
    return configuration;
  };
}

async function discover(login: LoginConfig, issuer: LoginIssuer): Promise<openid.Configuration> {
  const server = new URL(issuer.discovery);
  const secret = await readClientSecret(login);
  const configuration = await openid.discovery(
    server,
    login.clientId,
    undefined,
    secret === undefined ? openid.None() : openid.ClientSecretBasic(secret),
    {
      timeout: askSeconds,
      [openid.customFetch]: boundedFetch,
      // ID tokens are verified by signature too, though TLS would do (OpenID Connect Core §3.1.3.7).
      execute: [
        openid.enableNonRepudiationChecks,
        ...(server.protocol === 'http:' ? [openid.allowInsecureRequests] : []),
      ],
    },
  );
  checkMetadata(configuration.serverMetadata(), issuer);
  return configuration;
}

/** The document has to speak for the very issuer (OpenID Connect Discovery §4.3), and everything it names has to be as safe as it is. */
function checkMetadata(metadata: openid.ServerMetadata, { issuer, allowPlainHttp, discovery }: LoginIssuer) {
  if (metadata.issuer !== issuer) throw new LoginRefused('discovery speaks for another issuer');
  const { authorization_endpoint: signIn, token_endpoint: token, jwks_uri: keys } = metadata;
  const { end_session_endpoint: signOut = signIn } = metadata;
  const isFit = (endpoint = '') => {
    if (!URL.canParse(endpoint)) return false;
    const { protocol, origin } = new URL(endpoint);
    const isPlainAllowed = allowPlainHttp || origin === new URL(discovery).origin;
    return protocol === 'https:' || (protocol === 'http:' && isPlainAllowed);
  };
  if (![signIn, token, keys, signOut].every(isFit))
    throw new LoginRefused(
      'discovery names no endpoint to sign in, for tokens or keys, or one that is not https:',
    );
}

/**
 * Undefined: a public client.
 * @throws LoginRefused if there is no such file; InternalError if it cannot be read, or if others can read it
 */
export async function readClientSecret({ clientSecret: file }: LoginConfig): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const ifExposed = 'If somebody may have read it, have the provider make another one.';
  const text = (await readPrivate({ name: 'client secret', file, ifExposed }))?.trim();
  if (text === undefined || text === '')
    throw new LoginRefused(
      `the client secret ${file} does not exist or is empty: write into it what the provider gave for the explorer`,
    );
  return text;
}
