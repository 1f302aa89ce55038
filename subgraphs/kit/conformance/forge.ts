/** Makes tokens, right ones and wrong ones: what a check fires at a subgraph, and what the test vectors consist of. */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';

/** Whom the subgraph trusts: the gateway, or an issuer that it was told to trust for the occasion. */
export interface Signer {
  /** The `iss` of its tokens. */
  readonly issuer: string;
  readonly kid: string;
  /** An Ed25519 key. */
  readonly privateKey: KeyObject;
}

/** All that tokens are made of. */
export interface Forge extends Signer {
  /** The name of the subgraph. */
  readonly audience: string;
  /** The caller: `sub` of good tokens. */
  readonly subject: string;
  /** The instant for which they are made, in whole seconds since the epoch. */
  readonly now: number;
  /** An Ed25519 key that nobody trusts. */
  readonly stranger: KeyObject;
  /** Where the stranger's keys are, for a header that points there. */
  readonly strangersKeys: string;
  /** The `jti` of tokens that are bound to a body. */
  readonly id: string;
  /** To which body tokens are bound, as its bytes will be; undefined: they are good for any. */
  readonly body: string | undefined;
}

type Members = Readonly<Record<string, unknown>>;

/** Members replace those of a good token; one that is undefined is taken out. */
export interface Change {
  readonly header?: Members;
  readonly claims?: Members;
  /** Members of `tctx`. */
  readonly context?: Members;
  readonly key?: KeyObject;
}

/** A token of the gateway, but for the change. */
export function tokenOf(forge: Forge, { header = {}, claims = {}, context = {}, key }: Change = {}): string {
  const head = { alg: 'EdDSA', typ: 'txntoken+jwt', kid: forge.kid, ...header };
  const { tctx, ...others } = claimsOf(forge);
  const payload = { ...others, tctx: { ...tctx, ...context }, ...claims };
  return signedWith(key ?? forge.privateKey, `${part(head)}.${part(payload)}`);
}

export function claimsOf({ issuer, audience, subject, now, id, body }: Forge) {
  const isBound = body !== undefined;
  return {
    iss: issuer,
    aud: audience,
    iat: now,
    exp: now + 30,
    txn: 'conformance-1',
    sub: subject,
    scope: 'conformance:read',
    req_wl: 'conformance',
    tctx: {
      snapshot: 'conformance',
      purpose: 'none',
      obligations: {},
      ...(isBound && { body: digestOf(body) }),
    },
    rctx: { client: 'conformance' },
    ...(isBound && { jti: id }),
  };
}

export function digestOf(body: string): string {
  return createHash('sha256').update(body).digest('base64url');
}

/** @param input what is signed: header and payload, with a point between */
export function signedWith(key: KeyObject, input: string): string {
  return `${input}.${sign(null, Buffer.from(input), key).toString('base64url')}`;
}

export function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** The three parts of a good token, changed by hand. */
export function rebuilt(
  forge: Forge,
  change: (head: string, payload: string, signature: string) => string[],
): string {
  const [head = '', payload = '', signature = ''] = tokenOf(forge).split('.');
  return change(head, payload, signature).join('.');
}

export function publicPart(key: KeyObject): {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
} {
  const { kty = '', crv = '', x = '' } = createPublicKey(key).export({ format: 'jwk' });
  return { kty, crv, x };
}

/** From the private half of an Ed25519 key as a JWK. */
export function keyOf({ x, d }: { readonly x: string; readonly d: string }): KeyObject {
  return createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', x, d }, format: 'jwk' });
}

/** A token for people to read, in one line; without its signature, so that nobody can use it. */
export function described(token: string): string {
  const [head, payload, ...others] = token.split('.');
  const told = [readable(head), readable(payload)];
  if (told.includes(undefined)) return JSON.stringify(token.slice(0, 40));
  const signature = others.map((each) => (each === '' ? '(nothing)' : '(signature)'));
  return [...told, ...signature].join('.');
}

function readable(text = ''): string | undefined {
  try {
    return JSON.stringify(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    return undefined;
  }
}
