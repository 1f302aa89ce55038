/**
 * People sign in to the explorer: by authorization code with PKCE (RFC 9700 §2.1.1), at a provider whose tokens the gateway takes
 * anyway. What comes of it is a session, whose id a browser keeps in a cookie, and for which this hands out an access
 * token. No request to the graph is answered by it (docs/decisions/0019-sessions-of-the-explorer.md).
 */
import type { IssuerConfig, LoginConfig } from '../config.ts';
import { InternalError } from '../errors.ts';
import type { AuthenticatedPrincipal } from '../request.ts';
import type { Revocations } from '../revocations/revocations.ts';
import { type Attempt, Attempts } from './attempts.ts';
import { type LoginIssuer, readClientSecret } from './discovery.ts';
import type { IdentifyPerson } from './identify-person.ts';
import { LoginRefused, mayPass } from './login-refused.ts';
import { createProvider, type Provider } from './provider.ts';
import { isSame, type Session, Sessions } from './sessions.ts';

export interface Login {
  /** Where browsers reach this gateway. */
  readonly publicUrl: string;
  /** Of somebody who is not let in at all, tells why; the text quotes nothing that came from outside. */
  refuse(reason: string): void;
  /** @param previous the session that the new one takes the place of */
  begin(previous: string | undefined): Promise<Begun | Refusal>;
  /** @param binding what the browser that comes back has in its cookie */
  finish(query: URLSearchParams, binding: string | undefined): Promise<Started | Refusal>;
  /** Refused: there is no such session, or not any more. */
  current(id: string): Promise<HandedOut | Refusal>;
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

/** Why has been told to the observers. Unavailable: it may work a moment later. */
export interface Refusal {
  readonly kind: 'refused' | 'unavailable';
}

export interface HandedOut {
  readonly kind: 'handedOut';
  readonly accessToken: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly name: string;
}

export interface LoginOptions {
  readonly login: LoginConfig;
  readonly issuers: readonly IssuerConfig[];
  readonly identify: IdentifyPerson;
  readonly revocations: Pick<Revocations, 'reasonAgainst' | 'onChange'>;
  /** Somebody could not sign in, or was signed out. It tells nothing of the person. */
  readonly loginRefused: (event: { readonly reason: string; readonly cause: unknown }) => void;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** An access token that ends so soon is renewed before it is handed out, or at half its life if that is less. */
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
    options.revocations.onChange(() => this.#endRevoked());
  }

  refuse(reason: string): void {
    this.#tell(new LoginRefused(reason));
  }

  begin(previous: string | undefined): Promise<Begun | Refusal> {
    return this.#orRefusal(async () => {
      const attempt = this.#attempts.begin(previous);
      const url = await this.#provider.authorizationUrl(attempt);
      return { kind: 'begun', url, binding: attempt.binding };
    });
  }

  finish(query: URLSearchParams, binding: string | undefined): Promise<Started | Refusal> {
    return this.#orRefusal(async () => {
      const attempt = this.#attempts.take(query.get('state') ?? '', binding);
      const { name, ...tokens } = await this.#provider.exchange(query, attempt);
      const principal = await this.#knownBy(tokens.accessToken);
      if (attempt.previous !== undefined) this.#sessions.end(attempt.previous);
      const since = principal.issuedAt;
      const session = { principal, former: [], since, name, tokens, renewal: undefined };
      return { kind: 'started', id: this.#sessions.start(session) };
    });
  }

  async current(id: string): Promise<HandedOut | Refusal> {
    const session = this.#sessions.find(id);
    if (session === undefined) return { kind: 'refused' };
    const current = await this.#orRefusal(() => this.#handOut(session));
    if (current.kind === 'refused') this.#sessions.end(id);
    // Also by whoever signed out meanwhile, or was revoked.
    return this.#sessions.find(id) === undefined ? { kind: 'refused' } : current;
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

  async #handOut(session: Session): Promise<HandedOut | Refusal> {
    // Before anything else: a newer token would hide that this one was revoked.
    this.#assertFree(session);
    await this.#renewIfDue(session);
    if (this.#hasEnded(session.principal)) return { kind: 'refused' };
    const { accessToken } = session.tokens;
    // It can count no more since.
    const principal = await this.#knownBy(accessToken);
    if (!isSame(principal, session.principal)) throw new LoginRefused('the access token is of somebody else');
    this.#assertFree(session);
    return { kind: 'handedOut', accessToken, expiresAt: expiryOf(principal), name: session.name };
  }

  /** Of several that ask at the same moment, one renews: many providers take a refresh token once. */
  #renewIfDue(session: Session): Promise<void> | undefined {
    const { tokens, principal } = session;
    const { refreshToken } = tokens;
    const lifeMs = expiryOf(principal) - principal.issuedAt * 1_000;
    const isDue = expiryOf(principal) - this.#now() <= Math.min(renewBeforeMs, lifeMs / 2);
    if (refreshToken === undefined || !isDue) return undefined;
    session.renewal ??= this.#renew(session, refreshToken).finally(() => {
      session.renewal = undefined;
    });
    return session.renewal;
  }

  async #renew(session: Session, refreshToken: string): Promise<void> {
    try {
      const renewed = await this.#provider.refresh(refreshToken);
      // Whatever comes of the access token: the one before may have been taken for the last time.
      session.tokens = { ...session.tokens, refreshToken: renewed.refreshToken ?? refreshToken };
      const principal = await this.#knownBy(renewed.accessToken);
      if (!isSame(principal, session.principal))
        throw new LoginRefused('the renewed token is of somebody else');
      const { accessToken, idToken = session.tokens.idToken } = renewed;
      session.tokens = { ...session.tokens, accessToken, idToken };
      session.former = [...session.former, session.principal].filter((each) => !this.#hasEnded(each));
      session.principal = principal;
    } catch (error) {
      // The one that is there goes on being used, as long as it counts.
      if (!mayPass(error) || this.#hasEnded(session.principal)) throw error;
      this.#tell(error);
    }
  }

  #hasEnded(principal: AuthenticatedPrincipal): boolean {
    return this.#now() >= expiryOf(principal);
  }

  /** At once, whether anybody asks or not: nothing that lasts is kept of a session that is over. */
  #endRevoked(): void {
    this.#sessions.endWhere((session) => {
      const reason = this.#revoked(session);
      if (reason !== undefined) this.#tell(new LoginRefused(reason));
      return reason !== undefined;
    });
  }

  #assertFree(session: Session): void {
    const reason = this.#revoked(session);
    if (reason !== undefined) throw new LoginRefused(reason);
  }

  /** By any of its tokens that counts yet, as if each were as old as the session: a renewal lets nobody out of what came before it. */
  #revoked({ principal, former, since }: Session): string | undefined {
    const { revocations } = this.#options;
    return [principal, ...former]
      .map((each) => revocations.reasonAgainst({ ...each, issuedAt: since }))
      .find((reason) => reason !== undefined);
  }

  /** @throws LoginRefused unless the gateway takes the token, as one of this provider's for this client */
  async #knownBy(accessToken: string): Promise<AuthenticatedPrincipal> {
    const { login, identify } = this.#options;
    const principal = await identify(accessToken);
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
      return { kind: mayPass(error) ? 'unavailable' : 'refused' };
    }
  }

  #tell(error: unknown): void {
    const { loginRefused } = this.#options;
    if (error instanceof LoginRefused) loginRefused({ reason: error.message, cause: error.cause });
    else loginRefused({ reason: 'a fault of the gateway', cause: error });
  }
}

/** Milliseconds since the epoch. */
function expiryOf({ expiresAt }: AuthenticatedPrincipal): number {
  return expiresAt * 1_000;
}
