/** The service tokens in force, for what cannot do OAuth (docs/decisions/0017-service-tokens.md). */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { InternalError } from '../../errors.ts';
import { type FollowedFile, followFile } from '../../files/follow-file.ts';
import type { AuthenticatedPrincipal } from '../../request.ts';
import { readPrivate } from '../../secrets/secret-file.ts';
import { refuseToken } from '../refusal.ts';
import { credentialIn } from './authorization.ts';
import { serviceTokenIssuer } from './issuer.ts';
import { LastUse } from './last-use.ts';
import type { StoredToken } from './stored-token.ts';
import { TokenFileError } from './strict-json.ts';
import { hashOf, parseServiceToken } from './token.ts';
import { parseTokenFile, type ServicePrincipal, type ServicePrincipals } from './token-file.ts';

export interface ServiceTokensOptions {
  readonly file: string;
  readonly read: (event: { readonly principals: number; readonly tokens: number }) => void;
  /** Told of a file that is not right; what was in force stays. */
  readonly refused: (reason: string) => void;
  readonly unwritten: (reason: string) => void;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Compares in constant time. */
  readonly equal?: typeof timingSafeEqual;
}

interface Entry {
  readonly principal: AuthenticatedPrincipal;
  readonly hash: Buffer;
  /** Equal for entries with which one can do the same, and which the same revocations concern. */
  readonly text: string;
  /** Milliseconds since the epoch; 0: never. */
  usedAt: number;
}

/** Compared with where no token has the id, so that it takes as long: no secret that anybody knows has it. */
const nobodysHash = randomBytes(32);

/** @throws InternalError if there is a file that is not right, or open to others */
export async function openServiceTokens(options: ServiceTokensOptions): Promise<ServiceTokens> {
  const readAt = Date.now();
  const tokens = new ServiceTokens(options);
  await tokens.load();
  tokens.follow(readAt);
  return tokens;
}

export class ServiceTokens {
  readonly file: string;
  readonly #options: ServiceTokensOptions;
  readonly #now: () => number;
  readonly #equal: typeof timingSafeEqual;
  readonly #lastUse: LastUse;
  #entries: ReadonlyMap<string, Entry> = new Map();
  readonly #listeners: (() => void)[] = [];
  #followed: FollowedFile | undefined;

  constructor(options: ServiceTokensOptions) {
    this.file = options.file;
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#equal = options.equal ?? timingSafeEqual;
    this.#lastUse = new LastUse({
      file: options.file,
      uses: () => new Map([...this.#entries].map(([id, { usedAt }]) => [id, usedAt])),
      unwritten: options.unwritten,
      now: this.#now,
    });
  }

  /**
   * @returns one object for a token as long as nothing about it changes
   * @throws TokenRefusal
   */
  identify(authorization: string): AuthenticatedPrincipal {
    const given = parseServiceToken(credentialIn(authorization));
    if (given === undefined)
      return refuseToken('what was sent has not the form of a service token', { kind: 'malformed' });
    const claimed = given.id;
    const entry = this.#entries.get(given.id);
    const isRight = this.#equal(hashOf(given.secret), entry?.hash ?? nobodysHash);
    if (entry === undefined)
      return refuseToken('no service token has this id: it was revoked, or never made', {
        kind: 'signature',
        claimed,
      });
    if (!isRight)
      return refuseToken('the secret is not that of the service token', { kind: 'signature', claimed });
    const { principal } = entry;
    const now = this.#now();
    if (now >= principal.expiresAt * 1000)
      return refuseToken(`the service token ${given.id} of ${principal.subject} has expired`, {
        kind: 'expired',
        claimed,
      });
    entry.usedAt = now;
    this.#lastUse.note();
    return principal;
  }

  /** Told when other tokens are in force. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** @throws InternalError */
  async load(): Promise<void> {
    this.#replace(await this.#read());
  }

  /** @param since when the file was read, in milliseconds since the epoch */
  follow(since: number): void {
    const { refused } = this.#options;
    this.#followed = followFile({ file: this.file, since, read: () => this.load(), refused });
  }

  /** Why the file as it is now is not in force, if it is not. */
  refusal(): string | undefined {
    return this.#followed?.refusal();
  }

  /** After a change of the file. */
  async reload(): Promise<void> {
    await this.#followed?.look();
  }

  /** Resolves when the last use of each token is written. */
  close(): Promise<void> {
    this.#followed?.close();
    return this.#lastUse.close();
  }

  /** A file that is not there has no token in it: whoever takes it away takes away all of them. */
  async #read(): Promise<ServicePrincipals> {
    const name = 'file of service tokens';
    const ifExposed = 'Whoever could write it could grant rights: see what is in it (portcullis token list).';
    const text = await readPrivate({ name, file: this.file, ifExposed });
    try {
      return text === undefined ? new Map() : parseTokenFile(text, Math.floor(this.#now() / 1000));
    } catch (cause) {
      if (!(cause instanceof TokenFileError)) throw cause;
      throw new InternalError(
        `The ${name} ${this.file} cannot be used: ${cause.message}. Correct it, or take what was there before; \`portcullis token\` writes it.`,
        { cause },
      );
    }
  }

  #replace(principals: ServicePrincipals): void {
    const entries = new Map<string, Entry>();
    for (const [name, principal] of principals) {
      for (const token of principal.tokens) {
        const entry = entryOf(
          name,
          principal,
          token,
          (made) => this.#entries.get(token.id)?.principal === made,
        );
        const known = this.#entries.get(token.id);
        entries.set(token.id, known?.text === entry.text ? known : entry);
      }
    }
    this.#entries = entries;
    for (const tell of this.#listeners) tell();
    this.#options.read({ principals: principals.size, tokens: entries.size });
  }
}

function entryOf(
  name: string,
  { tokens: _, ...rights }: ServicePrincipal,
  { id, hash, created, expires }: StoredToken,
  isInForce: (made: AuthenticatedPrincipal) => boolean,
): Entry {
  const principal: AuthenticatedPrincipal = Object.freeze({
    kind: rights.kind,
    issuer: serviceTokenIssuer,
    subject: name,
    clientId: name,
    scopes: new Set(rights.scopes),
    roles: new Set(rights.roles),
    teams: new Set(rights.teams),
    attributes: new Map(Object.entries(rights.attributes)),
    purposes: new Set(rights.purposes),
    purpose: undefined,
    mayBreakGlass: false,
    products: rights.products && new Set(rights.products),
    tokenId: id,
    issuedAt: created,
    expiresAt: expires,
    isVouchedFor: () => isInForce(principal),
  });
  return {
    principal,
    hash: Buffer.from(hash, 'base64url'),
    text: JSON.stringify([name, rights, hash, created, expires]),
    usedAt: 0,
  };
}
