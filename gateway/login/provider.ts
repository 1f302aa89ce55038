/** The OpenID provider where people sign in, and what is asked of it. */
import * as openid from 'openid-client';
import type { LoginConfig } from '../config.ts';
import type { Attempt } from './attempts.ts';
import { createDiscovery, type LoginIssuer } from './discovery.ts';
import { LoginRefused } from './login-refused.ts';
import { nameIn } from './name.ts';

export interface Tokens {
  readonly accessToken: string;
  /** Undefined: the provider gave none, and the session ends with the access token. */
  readonly refreshToken: string | undefined;
  /** For signing out at the provider. */
  readonly idToken: string | undefined;
}

export interface SignedIn extends Tokens {
  /** As the page shows it. */
  readonly name: string;
}

export interface Provider {
  /** Where a browser is sent to sign in. */
  authorizationUrl(attempt: Attempt): Promise<string>;
  /** @param query the parameters with which the browser came back */
  exchange(query: URLSearchParams, attempt: Attempt): Promise<SignedIn>;
  refresh(refreshToken: string): Promise<Tokens>;
  /** Where a browser is sent to sign out there too; undefined: the provider has no such place. */
  endSessionUrl(idToken: string | undefined): Promise<string | undefined>;
}

/** Each method throws LoginRefused. */
export function createProvider(login: LoginConfig, issuer: LoginIssuer, now: () => number): Provider {
  const redirectUri = `${login.publicUrl}/explorer/callback`;
  const { resource } = login;
  const forResource: Readonly<Record<string, string>> = resource === undefined ? {} : { resource };
  const discovered = createDiscovery(login, issuer, now);

  return {
    authorizationUrl: ({ state, nonce, verifier }) =>
      asking(async () => {
        const url = openid.buildAuthorizationUrl(await discovered(), {
          ...forResource,
          ...(login.audience !== undefined && { audience: login.audience }),
          ...(login.prompt !== undefined && { prompt: login.prompt }),
          redirect_uri: redirectUri,
          scope: login.scopes.join(' '),
          state,
          nonce,
          code_challenge: await openid.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
        });
        return url.href;
      }),

    exchange: (query, { state, nonce, verifier }) =>
      asking(async () => {
        // By the configured address: what the `host` header says is the browser's word.
        const url = new URL(`${redirectUri}?${query}`);
        const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier };
        const answer = await openid.authorizationCodeGrant(
          await discovered(),
          url,
          { ...checks, idTokenExpected: true },
          forResource,
        );
        return { ...tokensIn(answer), name: nameIn(answer.claims()) };
      }),

    refresh: (refreshToken) =>
      asking(async () => {
        const answer = await openid.refreshTokenGrant(await discovered(), refreshToken, forResource);
        return tokensIn(answer);
      }),

    endSessionUrl: (idToken) =>
      asking(async () => {
        const configuration = await discovered();
        if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined;
        const url = openid.buildEndSessionUrl(configuration, {
          post_logout_redirect_uri: `${login.publicUrl}/`,
          ...(idToken !== undefined && { id_token_hint: idToken }),
        });
        return url.href;
      }),
  };
}

function tokensIn(answer: openid.TokenEndpointResponse): Tokens {
  if (answer.token_type !== 'bearer') throw new LoginRefused('the access token is no Bearer token');
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    idToken: answer.id_token,
  };
}

/** What the library throws becomes a reason that may be logged: its own texts quote what came from outside. */
async function asking<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof openid.AuthorizationResponseError || error instanceof openid.ResponseBodyError)
      throw new LoginRefused(`the provider refuses: ${codeIn(error.error)}`);
    if (!(error instanceof openid.ClientError)) throw error;
    if (error.cause instanceof LoginRefused) throw error.cause;
    throw new LoginRefused(`what the provider says does not fit: ${error.code}`, { cause: error });
  }
}

/** Of the query or of the body, hence anything at all. */
function codeIn(error: string): string {
  return /^[a-z_]{1,40}$/.test(error) ? error : 'an error without a code';
}
