/** What is done to a good token: to its texts, its encoding, its signature and the header that it comes in. */
import type { Chooser } from '@portcullis/gateway/fixture/random/chooser';
import type { Draft, Member } from './draft.ts';
import { asDer, type Key, mac, secretsOf, withOtherS } from './keys.ts';
import { odd } from './literals.ts';

export interface Surroundings {
  readonly choose: Chooser;
  /** Nearly right values, by name. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** By which a good token is signed. */
  readonly right: Key;
  /** Others, also of the same name. */
  readonly others: readonly Key[];
}

export type Mutation = (draft: Draft, around: Surroundings) => void;

const headNames =
  'alg alg kid kid typ typ crit b64 jwk jku x5u x5c cty zip enc p2c __proto__ constructor iss'.split(' ');
const bodyNames =
  'iss sub aud aud exp exp iat nbf jti client_id azp scope scopes roles teams purposes purpose break_glass region tenant req_wl txn tctx rctx __proto__ constructor toString alg admin'.split(
    ' ',
  );

function valueFor(name: string, { choose, values }: Surroundings): string {
  const own = values.get(name);
  return own !== undefined && choose.chance(65) ? choose.pick(own) : choose.pick(odd);
}

/** Put in place of what is there, or beside it: before or after. */
function withMember(members: readonly Member[], member: Member, choose: Chooser): Member[] {
  const others = members.filter(([name]) => name !== member[0]);
  if (choose.chance(80)) return [...others, member];
  return choose.chance(50) ? [...members, member] : [member, ...members];
}

/** The same name to a reader of JSON, and another one to whoever compares bytes. */
function escaped(name: string): string {
  const [first = ' '] = JSON.parse(name) as string;
  return name.replace(first, `\\u${first.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const inTexts: readonly Mutation[] = [
  (draft, around) => {
    const name = around.choose.pick(headNames);
    draft.head = withMember(draft.head, [JSON.stringify(name), valueFor(name, around)], around.choose);
  },
  (draft, around) => {
    const name = around.choose.pick(bodyNames);
    draft.body = withMember(draft.body, [JSON.stringify(name), valueFor(name, around)], around.choose);
  },
  ({ head, body }, { choose }) => {
    const members = choose.pick([head, body]);
    members.splice(choose.below(members.length), 1);
  },
  (draft, { choose }) => {
    const part = choose.pick(['head', 'body'] as const);
    const [name, value] = choose.pick(draft[part]);
    const spelt = choose.pick([
      escaped(name),
      name.toUpperCase(),
      name.replace('"', '" '),
      `"${name.slice(1, -1)}\\u0000"`,
    ]);
    const other = choose.chance(50) ? value : choose.pick(odd);
    draft[part] = choose.chance(50)
      ? [...draft[part], [spelt, other]]
      : draft[part].map((each) => (each[0] === name ? [spelt, value] : each));
  },
];

/** Around or within what has been printed. */
const inBytes: readonly ((text: string, choose: Chooser) => Buffer)[] = [
  (text) => Buffer.from(` \t\r\n${text}\n `),
  (text) => Buffer.from(`\ufeff${text}`),
  (text) => Buffer.from(`\ufeff\ufeff${text}`),
  (text, choose) => Buffer.from(text.slice(0, choose.below(text.length))),
  (text) => Buffer.from(`${text}{}`),
  (text) => Buffer.from(`${text},`),
  (text) => Buffer.from(`[${text}]`),
  (text) => Buffer.from(JSON.stringify(text)),
  (text) => Buffer.from(text.replaceAll('"', "'")),
  (text) => Buffer.from(text.replace('}', ',}')),
  (text) => Buffer.from(`/* */${text}`),
  (text) => Buffer.from(text, 'utf16le'),
  (text) => Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from(',"x":"\xff\xfe"}', 'latin1')]),
  (text) =>
    Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from(',"x":"\xc0\x80\xed\xa0\x80"}', 'latin1')]),
  (text, choose) => {
    const bytes = Buffer.from(text);
    const at = choose.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << choose.below(8));
    return bytes;
  },
  () => Buffer.alloc(0),
];

const encodings: readonly ((bytes: Buffer, choose: Chooser) => string)[] = [
  (bytes) => bytes.toString('base64'),
  (bytes) => `${bytes.toString('base64url')}=`,
  (bytes) => `${bytes.toString('base64url')}==`,
  (bytes) => `${bytes.toString('base64url').slice(0, 9)}\n${bytes.toString('base64url').slice(9)}`,
  (bytes) => ` ${bytes.toString('base64url')}`,
  (bytes) => bytes.toString('hex'),
  (bytes) => encodeURIComponent(bytes.toString('base64')),
  (bytes) => Buffer.from(bytes.toString('base64url')).toString('base64url'),
  (bytes) => `${bytes.toString('base64url')}A`,
  (bytes, choose) => otherEnd(bytes.toString('base64url'), choose),
  () => '',
];

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Other bits where there may be none that count (RFC 4648 §3.5). */
function otherEnd(text: string, choose: Chooser): string {
  const last = alphabet.indexOf(text.at(-1) ?? 'A');
  return `${text.slice(0, -1)}${alphabet[last ^ (1 << choose.below(4))]}`;
}

type Signing = (signature: string, input: string, around: Surroundings) => string | Buffer;

const signings: readonly Signing[] = [
  () => '',
  () => 'AA',
  () => Buffer.alloc(64),
  () => Buffer.alloc(256),
  (_, input, { choose, others }) => choose.pick(others).sign(input),
  (_, input, { choose, right }) =>
    mac(choose.pick(secretsOf(right)), input, choose.pick(['sha256', 'sha384', 'sha512'])),
  (signature, _, { choose }) => {
    const bytes = Buffer.from(signature, 'base64url');
    const at = choose.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << choose.below(8));
    return bytes;
  },
  (signature, _, { choose }) => Buffer.from(signature, 'base64url').subarray(0, choose.below(64)),
  (signature) => Buffer.concat([Buffer.from(signature, 'base64url'), Buffer.alloc(1)]),
  (signature) => Buffer.concat([Buffer.alloc(32), Buffer.from(signature, 'base64url').subarray(32)]),
  (signature) => Buffer.concat([Buffer.from(signature, 'base64url').subarray(0, 32), Buffer.alloc(32)]),
  (signature) => asDer(Buffer.from(signature, 'base64url')),
  (signature, _, { right }) =>
    right.alg === 'ES256' ? withOtherS(Buffer.from(signature, 'base64url')) : signature,
  (signature) => Buffer.from(signature, 'base64url').reverse(),
  (_, _input, { right }) => right.sign('another token'),
  (_, input, { right }) => right.sign(`${input}.`),
  (signature, _, { choose }) => choose.pick(encodings)(Buffer.from(signature, 'base64url'), choose),
  (signature, _, { choose }) => otherEnd(signature, choose),
];

const joins: readonly Draft['join'][] = [
  ([head, body]) => `${head}.${body}`,
  ([head, body]) => `${head}.${body}.`,
  ([head, body, signature]) => `${head}.${body}.${signature}.`,
  ([head, body, signature]) => `.${head}.${body}.${signature}`,
  ([head, body, signature]) => `${head}..${body}.${signature}`,
  ([head, body, signature]) => `${head}.${body}.${signature}.AA.AA`,
  ([head, , signature]) => `${head}..${signature}`,
  ([head, body, signature]) => `${body}.${head}.${signature}`,
  ([head, body, signature]) => `${head}.${body}.${signature}.${head}.${body}.${signature}`,
];

export const aroundTokens: readonly ((token: string) => string)[] = [
  (token) => token,
  (token) => `bearer ${token}`,
  (token) => `BEARER ${token}`,
  (token) => `Bearer  ${token}`,
  (token) => `Bearer\t${token}`,
  (token) => `Bearer\u00a0${token}`,
  (token) => `Bearer:${token}`,
  (token) => `Bearer ${token} `,
  (token) => ` Bearer ${token}`,
  (token) => `Bearer ${token},`,
  (token) => `Bearer ${token}, Bearer ${token}`,
  (token) => `Bearer ${token};x=1`,
  (token) => `Bearer "${token}"`,
  (token) => `Bearer token=${token}`,
  (token) => `Bearer Bearer ${token}`,
  (token) => `Basic ${token}`,
  (token) => `Basic ${Buffer.from(`a:${token}`).toString('base64')}`,
  (token) => `Basic ${Buffer.from(`${token}:`).toString('base64')}`,
  (token) => `DPoP ${token}`,
  (token) => `Bearer ${token}\u0000`,
  (token) => `Bearer ${token}\n`,
  (token) => `Bearer ${token}${'A'.repeat(8_192)}`,
  () => 'Bearer',
  () => 'Bearer ',
  () => 'Bearer pc_',
  () => 'Bearer a.b.c',
  () => '',
];

const others: readonly Mutation[] = [
  (draft, { choose }) => {
    const change = choose.pick(inBytes);
    const wanted = choose.pick(['head', 'body'] as const);
    draft.bytes = (text, part) => (part === wanted ? change(text, choose) : Buffer.from(text));
  },
  (draft, { choose }) => {
    const encode = choose.pick(encodings);
    draft.encode = (bytes) => encode(bytes, choose);
  },
  (draft, around) => {
    const { sign } = draft;
    const signing = around.choose.pick(signings);
    draft.sign = (input) => {
      const signature = signing(sign(input), input, around);
      return typeof signature === 'string' ? signature : signature.toString('base64url');
    };
  },
  (draft, { choose }) => {
    draft.join = choose.pick(joins);
  },
];

const inHeader: Mutation = (draft, { choose }) => {
  draft.send = choose.pick(aroundTokens);
};

/** Mostly of what is signed rightly: whatever is not is soon told. */
export function mutate(draft: Draft, around: Surroundings): void {
  const { choose } = around;
  const times = 1 + choose.below(3);
  for (let time = 0; time < times; time += 1) choose.pick(inTexts)(draft, around);
  if (choose.chance(40)) choose.pick(others)(draft, around);
  if (choose.chance(8)) inHeader(draft, around);
}
