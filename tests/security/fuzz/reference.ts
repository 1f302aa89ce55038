/** Which tokens count, written a second time, after the documents and with Node alone: nothing of this is the gateway's or the kit's. */
import { isMap, parseDocument } from 'yaml';
import { isSignedBy, type Key } from './keys.ts';

export interface Trusted {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: readonly Key[];
}

type Claims = ReadonlyMap<string, unknown>;

interface Read {
  readonly head: Claims;
  readonly body: Claims;
  readonly input: string;
  readonly signature: Buffer;
}

/** @param now seconds since the epoch, with their fraction */
export function isAccessToken(authorization: string, trusted: readonly Trusted[], now: number): boolean {
  const token = authorization.slice('Bearer '.length);
  if (authorization.length > 8_192 || !authorization.startsWith('Bearer ')) return false;
  const read = readParts(token);
  if (read === undefined) return false;
  const { head, body } = read;
  const { issuer, audience, keys } = trusted.find((each) => each.issuer === body.get('iss')) ?? nobody;
  if (issuer === '' || head.has('crit') || head.has('b64')) return false;
  const kid = head.get('kid');
  if (kid !== undefined && !(typeof kid === 'string' && kid.length <= 256 && isVisible(kid))) return false;
  if (!/^(application\/)?at\+jwt$/i.test(textOr(head.get('typ'), ''))) return false;
  const fitting = keys.filter((key) => key.alg === head.get('alg') && (kid === undefined || kid === key.kid));
  const [key, ...more] = fitting;
  if (key === undefined || more.length > 0 || !isSignedBy(key, read.input, read.signature)) return false;
  return (
    isCurrent(body, Math.floor(now)) &&
    isFor(audience, body.get('aud')) &&
    isSomebody(body) &&
    token.split('.', 2).every((part) => isPlainJson(textOf(part)))
  );
}

const nobody: Trusted = { issuer: '', audience: '', keys: [] };

/** docs/run-a-gateway.md: ten seconds of skew for what begins, none for what ends, an hour at the longest. */
function isCurrent(body: Claims, now: number): boolean {
  const [exp, iat, nbf] = ['exp', 'iat', 'nbf'].map((name) => body.get(name));
  if (!isTime(exp) || !isTime(iat) || !(nbf === undefined || isTime(nbf))) return false;
  return exp > now && iat <= now + 10 && (nbf ?? 0) <= now + 10 && exp - iat <= 3_600;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 1 && value <= 2 ** 53 - 1 && value % 1 === 0;
}

function isFor(audience: string, aud: unknown): boolean {
  const all = Array.isArray(aud) ? aud : [aud];
  return all.every((each) => typeof each === 'string') && all.some((each) => each === audience);
}

function isSomebody(body: Claims): boolean {
  const of = (name: string) => body.get(name);
  const isAbsentOr = (name: string, is: (value: unknown) => boolean) =>
    of(name) === undefined || is(of(name));
  const [client, party] = [of('client_id'), of('azp')];
  if (client !== undefined && party !== undefined && client !== party) return false;
  const purposes = of('purposes');
  const purpose = of('purpose');
  const isGranted =
    purpose === undefined || purposes === undefined || (purposes as unknown[]).includes(purpose);
  return (
    isPlain(of('sub')) &&
    ['jti', 'client_id', 'azp', 'purpose'].every((name) => isAbsentOr(name, isPlain)) &&
    ['roles', 'teams', 'purposes'].every((name) => isAbsentOr(name, isPlainList)) &&
    ['region', 'tenant'].every((name) => isAbsentOr(name, isAttribute)) &&
    isAbsentOr('break_glass', (value) => value === true || value === false) &&
    isAbsentOr('scope', isScope) &&
    isGranted
  );
}

function isAttribute(value: unknown): boolean {
  return isPlain(value) || isPlainList(value) || Number.isSafeInteger(value);
}

function isPlainList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isPlain);
}

/** No control character, no separator of lines, and not too long. */
function isPlain(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const points = [...value].map((each) => each.codePointAt(0) ?? 0);
  const isControl = (point: number) =>
    point < 32 || (point >= 127 && point < 160) || point === 0x2028 || point === 0x2029;
  return points.length > 0 && points.length <= 512 && !points.some(isControl);
}

/** RFC 6749 §3.3, of one text or of a list. */
function isScope(value: unknown): boolean {
  if (value === '') return true;
  const all = typeof value === 'string' ? value.split(' ') : value;
  if (!Array.isArray(all)) return false;
  return all.every(
    (each) => typeof each === 'string' && each !== '' && isVisible(each) && !/["\\]/.test(each),
  );
}

function isVisible(text: string): boolean {
  return text !== '' && [...text].every((each) => each > ' ' && each < '\u007f');
}

/** docs/subgraph-protocol: one algorithm, one type, one audience, every claim, half a minute. */
export function isTxnToken(token: string, { issuer, audience, keys }: Trusted, now: number): boolean {
  const read = readParts(token);
  if (read === undefined) return false;
  const { head, body } = read;
  if (head.get('alg') !== 'EdDSA' || head.get('typ') !== 'txntoken+jwt') return false;
  if (head.has('crit') || head.has('b64')) return false;
  const key = keys.find(({ kid }) => kid === head.get('kid'));
  if (key === undefined || !isSignedBy(key, read.input, read.signature)) return false;
  if (body.get('iss') !== issuer || body.get('aud') !== audience) return false;
  const [exp, iat, nbf = 0] = ['exp', 'iat', 'nbf'].map((name) => body.get(name));
  if (![exp, iat].every(Number.isSafeInteger) || typeof nbf !== 'number') return false;
  const [end, begin] = [Number(exp), Number(iat)];
  if (end <= Math.floor(now) || begin > now + 5 || end <= begin || end - begin > 30 || nbf > Math.floor(now))
    return false;
  const isText = (value: unknown) => typeof value === 'string' && value !== '';
  return (
    ['txn', 'sub', 'req_wl'].every((name) => isText(body.get(name))) &&
    typeof body.get('scope') === 'string' &&
    isContext(body.get('tctx')) &&
    isRequester(body.get('rctx'))
  );
}

/** None of the obligations that are made up here is one, but none at all. */
function isContext(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { snapshot, purpose, obligations, caller } = value as Record<string, unknown>;
  return (
    [snapshot, purpose].every((each) => typeof each === 'string' && each !== '') &&
    JSON.stringify(obligations) === '{}' &&
    caller === undefined
  );
}

function isRequester(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { client } = value as Record<string, unknown>;
  return client === null || typeof client === 'string';
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

function textOf(part: string): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(part, 'base64url'));
}

/** No member twice, and no more than a hundred levels: by a reader of YAML, which JSON is a part of. */
function isPlainJson(text: string): boolean {
  const { contents, errors } = parseDocument(text, { uniqueKeys: true, schema: 'json', strict: false });
  if (errors.some(({ code }) => code === 'DUPLICATE_KEY')) return false;
  return isMap(contents) && depthOf(contents.toJSON()) <= 100;
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

function readParts(token: string): Read | undefined {
  const parts = token.split('.');
  const [head = '', body = '', signature = ''] = parts;
  // What is left over of a base64 text cannot be one character (RFC 4648 §4).
  if (parts.length !== 3 || parts.some((part) => !/^[\w-]+$/.test(part) || part.length % 4 === 1))
    return undefined;
  const [first, second] = [claimsIn(head), claimsIn(body)];
  if (first === undefined || second === undefined) return undefined;
  return {
    head: first,
    body: second,
    input: `${head}.${body}`,
    signature: Buffer.from(signature, 'base64url'),
  };
}

function claimsIn(part: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(textOf(part));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? new Map(Object.entries(value)) : undefined;
  } catch {
    return undefined;
  }
}

/** `Bearer` and the token, or the password of `Basic` in the one spelling that base64 has of it. */
export function isServiceToken(authorization: string, token: string): boolean {
  if (authorization === `Bearer ${token}`) return true;
  const [scheme, encoded = '', ...more] = authorization.split(' ');
  if (scheme !== 'Basic' || more.length > 0 || authorization.length > 8_192) return false;
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(encoded) || encoded.length % 4 !== 0) return false;
  const decoded = atob(encoded);
  return (
    btoa(decoded) === encoded && decoded.includes(':') && decoded.slice(decoded.indexOf(':') + 1) === token
  );
}
