/**
 * People sign in to the explorer: by authorization code with PKCE (RFC 9700 §2.1.1), at a provider whose tokens the gateway takes
 * anyway. What comes of it is a session, whose id a browser keeps in a cookie, and for which this hands out an access
 * token. No request to the graph is answered by it (docs/decisions/0019-sessions-of-the-explorer.md).
 */
import type { IssuerConfig, LoginConfig } from '../config.ts';
import { InternalError } from '../errors.ts';
import type { AuthenticatedPrincipal } from '../request.ts';
import { type Attempt, Attempts } from './attempts.ts';
import { type LoginIssuer, readClientSecret } from './discovery.ts';
import type { Identify, Place } from './identify.ts';
import { LoginRefused } from './login-refused.ts';
import { createProvider, type Provider } from './provider.ts';
import { isSame, type Session, Sessions } from './sessions.ts';

export interface Login {
  /** Where browsers reach this gateway. */
  readonly publicUrl: string;
  /** @param previous the session that the new one takes the place of */
  begin(previous: string | undefined): Promise<Begun | Refusal>;
  /** @param binding what the browser that comes back has in its cookie */
  finish(query: URLSearchParams, binding: string | undefined, place: Place): Promise<Started | Refusal>;
  /** Undefined: there is no such session, or not any more. */
  current(id: string, place: Place): Promise<HandedOut | undefined>;
  /** Ends it; says where the browser has to go to sign out at the provider too. */
  end(id: string): Promise<string | undefined>;
  close(): void;
}

export interface Begun extends Pick<Attempt, 'binding'> {
  readonly kind: 'begun';
  readonly url: string;
}

export interface Started {
  readonly kind: 'started';
  readonly id: string;
}

/** Why has been told to the observers. */
export interface Refusal {
  readonly kind: 'refused' | 'unavailable';
}

export interface HandedOut {
  readonly accessToken: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly name: string;
}

export interface LoginOptions {
  readonly login: LoginConfig;
  readonly issuers: readonly IssuerConfig[];
  readonly identify: Identify;
  /** Somebody could not sign in, or was signed out. It tells nothing of the person. */
  readonly loginRefused: (event: { readonly reason: string; readonly cause: unknown }) => void;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** An access token that ends so soon is renewed before it is handed out. */
const renewBeforeMs = 60_000;

/** @throws InternalError if the client's secret cannot be read; the provider is not asked before somebody signs in */
export async function openLogin(options: LoginOptions): Promise<Login> {
  const { login, issuers, now = Date.now } = options;
  try {
    await readClientSecret(login);
  } catch (error) {
    throw error instanceof LoginRefused ? new InternalError(`explorer.login: ${error.message}.`) : error;
  }
  return new ExplorerLogin(options, createProvider(login, issuerOf(login, issuers), now), now);
}

function issuerOf({ issuer }: LoginConfig, issuers: readonly IssuerConfig[]): LoginIssuer {
  const found = issuers.find((each) => each.issuer === issuer);
  if (found?.keys.kind !== 'discovery')
    throw new TypeError('the configuration admits no login without discovery');
  return { issuer, allowPlainHttp: found.allowPlainHttp, discovery: found.keys.url };
}

class ExplorerLogin implements Login {
  readonly publicUrl: string;
  readonly #options: LoginOptions;
  readonly #provider: Provider;
  readonly #attempts: Attempts;
  readonly #sessions: Sessions;
  readonly #now: () => number;

  constructor(options: LoginOptions, provider: Provider, now: () => number) {
    this.publicUrl = options.login.publicUrl;
    this.#options = options;
    this.#provider = provider;
    this.#now = now;
    this.#attempts = new Attempts(now);
    this.#sessions = new Sessions(now);
  }

  begin(previous: string | undefined): Promise<Begun | Refusal> {
    return this.#orRefusal(async () => {
      const attempt = this.#attempts.begin(previous);
      const url = await this.#provider.authorizationUrl(attempt);
      return { kind: 'begun', url, binding: attempt.binding };
    });
  }

  finish(query: URLSearchParams, binding: string | undefined, place: Place): Promise<Started | Refusal> {
    return this.#orRefusal(async () => {
      const attempt = this.#attempts.take(query.get('state') ?? '', binding);
      const { name, ...tokens } = await this.#provider.exchange(query, attempt);
      const person = await this.#knownBy(tokens.accessToken, place);
      if (attempt.previous !== undefined) this.#sessions.end(attempt.previous);
      const { issuer, subject } = person;
      const expiresAt = person.expiresAt * 1_000;
      const session = { person: { issuer, subject }, name, tokens, expiresAt, renewal: undefined };
      return { kind: 'started', id: this.#sessions.start(session) };
    });
  }

  async current(id: string, place: Place): Promise<HandedOut | undefined> {
    const session = this.#sessions.find(id);
    if (session === undefined) return undefined;
    try {
      await this.#renewIfDue(session, place);
      if (this.#now() >= session.expiresAt) this.#sessions.end(id);
      else await this.#assertStillTheirs(session, place);
    } catch (error) {
      this.#tell(error);
      this.#sessions.end(id);
      return undefined;
    }
    // Also by whoever signed out meanwhile.
    if (this.#sessions.find(id) === undefined) return undefined;
    return { accessToken: session.tokens.accessToken, expiresAt: session.expiresAt, name: session.name };
  }

  async end(id: string): Promise<string | undefined> {
    const session = this.#sessions.find(id);
    this.#sessions.end(id);
    if (session === undefined) return undefined;
    try {
      return await this.#provider.endSessionUrl(session.tokens.idToken);
    } catch (error) {
      this.#tell(error);
      return undefined;
    }
  }

  close(): void {
    this.#attempts.clear();
    this.#sessions.clear();
  }

  /** Of several that ask at the same moment, one renews: many providers take a refresh token once. */
  #renewIfDue(session: Session, place: Place): Promise<void> | undefined {
    const { refreshToken } = session.tokens;
    if (refreshToken === undefined || session.expiresAt - this.#now() > renewBeforeMs) return undefined;
    session.renewal ??= this.#renew(session, refreshToken, place).finally(() => {
      session.renewal = undefined;
    });
    return session.renewal;
  }

  async #renew(session: Session, refreshToken: string, place: Place): Promise<void> {
    try {
      const tokens = await this.#provider.refresh(refreshToken);
      const person = await this.#knownBy(tokens.accessToken, place);
      if (!isSame(person, session.person)) throw new LoginRefused('the renewed token is of somebody else');
      session.tokens = {
        accessToken: tokens.accessToken,
        refreshToken: tokens.refreshToken ?? refreshToken,
        idToken: tokens.idToken ?? session.tokens.idToken,
      };
      session.expiresAt = person.expiresAt * 1_000;
    } catch (error) {
      // The one that is there goes on being used, as long as it counts.
      if (!(error instanceof LoginRefused && error.isProviderDown)) throw error;
      this.#tell(error);
    }
  }

  /** It can have been revoked since. */
  async #assertStillTheirs({ tokens, person }: Session, place: Place): Promise<void> {
    if (!isSame(await this.#knownBy(tokens.accessToken, place), person))
      throw new LoginRefused('the access token is of somebody else');
  }

  /** @throws LoginRefused unless the gateway takes the token, as one of this provider's for this client */
  async #knownBy(accessToken: string, place: Place): Promise<AuthenticatedPrincipal> {
    const { login, identify } = this.#options;
    const principal = await identify(accessToken, place);
    if (principal === undefined) throw new LoginRefused('the gateway refuses the access token');
    const { issuer, clientId = login.clientId } = principal;
    if (issuer !== login.issuer || clientId !== login.clientId)
      throw new LoginRefused('the access token is of another issuer, or for another client');
    return principal;
  }

  async #orRefusal<T>(sign: () => Promise<T>): Promise<T | Refusal> {
    try {
      return await sign();
    } catch (error) {
      this.#tell(error);
      return { kind: error instanceof LoginRefused && error.isProviderDown ? 'unavailable' : 'refused' };
    }
  }

  #tell(error: unknown): void {
    const { loginRefused } = this.#options;
    if (error instanceof LoginRefused) loginRefused({ reason: error.message, cause: error.cause });
    else loginRefused({ reason: 'a fault of the gateway', cause: error });
  }
}
