/** Random tokens, one after the other, until the time is over: who gets in is compared with a reference that was written apart. */
import { type Chooser, decidedBy } from '@portcullis/gateway/fixture/random/chooser';
import { now } from '../kit/providers.ts';
import { type OpenDoors, type Outcome, openDoors, refused as refusedByDomain } from './doors.ts';
import { type Draft, finished, membersOf } from './draft.ts';
import { createKey, type Key } from './keys.ts';
import { nearlyRight } from './literals.ts';
import { aroundTokens, mutate } from './mutations.ts';
import { isAccessToken, isServiceToken, isTxnToken } from './reference.ts';

export interface Fuzzed {
  readonly cases: number;
  /** Let in, and rightly so: what was changed of them changes nothing that counts. */
  readonly entered: number;
  /** Signed by the right key, so that it is not the signature that keeps them out. */
  readonly signed: number;
  readonly failures: readonly string[];
}

export interface Fuzzing {
  readonly seed: number;
  /** Cases are numbered from here. */
  readonly first?: number;
  /** Asked before each case. */
  readonly isOver: (found: Fuzzed) => boolean;
  readonly say?: (found: Fuzzed) => void;
}

interface Case {
  readonly value: string;
  readonly isSigned: boolean;
  /** Every way in which it is sent. */
  send(): AsyncGenerator<Outcome>;
  /** By the reference, at a moment. */
  isGood(received: string, at: number): boolean;
}

type Make = (doors: OpenDoors, choose: Chooser, number: number) => Case;

export async function fuzzTokens({ seed, first = 0, isOver, say }: Fuzzing): Promise<Fuzzed> {
  const found = { cases: 0, entered: 0, signed: 0, failures: [] as string[] };
  const doors = await openDoors();
  try {
    while (!isOver(found)) {
      const number = first + found.cases;
      const one = kinds[number % kinds.length]?.(doors, decidedBy('token', seed, number), number);
      if (one === undefined) throw new TypeError('there is a kind for each number');
      for await (const failure of judge(one, doors, found))
        found.failures.push(
          `seed ${seed}, case ${number}: ${failure}\n  ${shown(one.value)}\n  again: npm run test:tokens -- --seed ${seed} --case ${number}`,
        );
      found.cases += 1;
      found.signed += Number(one.isSigned);
      say?.(found);
    }
  } finally {
    await doors.close();
  }
  return found;
}

async function* judge(one: Case, doors: OpenDoors, found: { entered: number }): AsyncGenerator<string> {
  const begun = Date.now() / 1_000;
  for await (const { door, status, text, received } of one.send()) {
    const asked = doors.asked();
    const isIn = text.includes('"data"');
    const isGood = one.isGood(received, begun);
    found.entered += Number(isIn);
    // It may have ended, or begun to count, on its way.
    if (isIn !== isGood && isIn === one.isGood(received, Date.now() / 1_000)) continue;
    if (isIn !== isGood) yield `${isIn ? 'gets in' : `is refused with ${status}`}, ${door}`;
    if (status !== (isIn ? 200 : 401)) yield `is answered with ${status}, ${door}: ${text}`;
    if (!isIn && !constants.has(text)) yield `has an answer of its own, ${door}: ${text}`;
    if (!isIn && asked !== '') yield `had something fetched, ${door}: ${asked}`;
  }
  if (doors.faults.length > 0) yield `makes a fault: ${String(doors.faults[0])}`;
}

const refusal = (message: string) =>
  JSON.stringify({ errors: [{ message, extensions: { code: 'UNAUTHENTICATED' } }] });

/** By the form of the header alone; the code of a WebSocket that is closed. */
const constants: ReadonlySet<string> = new Set([
  refusal('The access token is not valid.'),
  refusal(
    'The authorization header is not "Bearer", a space and a signed token (JWT), with 8192 characters at most. Send it as authorization: Bearer <token>.',
  ),
  refusedByDomain,
  '4403',
]);

const stranger = [createKey('k1', 'ES256'), createKey('rsa', 'RS256'), createKey('g1', 'EdDSA')];

const accessToken: Make = (doors, choose, number) => {
  const { trusted, serviceToken } = doors;
  const { issuer, audience, keys } = choose.pick(trusted);
  const right = choose.pick(keys);
  const iat = now();
  const claims = {
    iss: issuer,
    aud: audience,
    sub: 'ann',
    client_id: 'bi',
    scope: 'a',
    iat,
    exp: iat + 600,
    jti: `c${number}`,
  };
  const draft = draftOf({ alg: right.alg, typ: 'at+jwt', kid: right.kid }, claims, right);
  const all = trusted.flatMap((each) => each.keys);
  const { sign } = draft;
  mutate(draft, {
    choose,
    right,
    others: [...all.filter((key) => key !== right), ...stranger],
    values: nearlyRight({
      issuers: [...trusted.map((each) => each.issuer), doors.domain.issuer],
      kids: ['k1', 'rsa', 'k2'],
      audience,
      now: iat,
      jwks: [...all, ...stranger].map(({ jwk }) => jwk),
    }),
  });
  const value = finished(draft);
  return {
    value,
    isSigned: draft.sign === sign,
    isGood: (received, at) => isAccessToken(received, trusted, at) || isServiceToken(received, serviceToken),
    send: () => sentToGateway(doors, value, number),
  };
};

const serviceToken: Make = (doors, choose, number) => {
  const { trusted } = doors;
  const value = choose.pick(aroundTokens.slice(1))(mutatedText(doors.serviceToken, choose));
  const spelt = choose.chance(70) ? `Bearer ${mutatedText(doors.serviceToken, choose)}` : value;
  return {
    value: spelt,
    isSigned: false,
    isGood: (received, at) =>
      isServiceToken(received, doors.serviceToken) || isAccessToken(received, trusted, at),
    send: () => sentToGateway(doors, spelt, number),
  };
};

/** One character more, less or other; or none. */
function mutatedText(text: string, choose: Chooser): string {
  const at = choose.below(text.length);
  const other = choose.pick([...'aA0_-.=/+ \u00a0', '']);
  const rest = text.slice(at + (choose.chance(50) ? 1 : 0));
  return choose.pick([
    text,
    `${text.slice(0, at)}${other}${rest}`,
    text.toUpperCase(),
    `${text}${text}`,
    text.slice(0, at),
  ]);
}

const txnToken: Make = (doors, choose, number) => {
  const { domain } = doors;
  const [right = stranger[2] as Key] = domain.keys;
  const iat = now();
  const claims = {
    iss: domain.issuer,
    aud: domain.audience,
    iat,
    exp: iat + 30,
    txn: `r${number}`,
    sub: 'https://one.example|ann',
    scope: 'a',
    req_wl: 'bi',
    tctx: { snapshot: 's', purpose: 'none', obligations: {} },
    rctx: { client: 'bi' },
  };
  const draft = draftOf({ alg: 'EdDSA', typ: 'txntoken+jwt', kid: right.kid }, claims, right);
  draft.send = (token) => token;
  const { sign } = draft;
  const known = {
    issuers: [domain.issuer, 'https://one.example'],
    kids: [right.kid, 'k1'],
    audience: domain.audience,
  };
  const jwks = [right, ...stranger].map(({ jwk }) => jwk);
  const short = [-60, -5, 4, 5, 10, 20, 29, 31, 60].map((offset) => String(iat + offset));
  const values = new Map(nearlyRight({ ...known, now: iat, jwks }));
  for (const name of ['iat', 'exp', 'nbf']) values.set(name, [...short, ...(values.get(name) ?? [])]);
  mutate(draft, { choose, right, others: stranger, values });
  const value = finished(draft);
  return {
    value,
    isSigned: draft.sign === sign,
    isGood: (received, at) => isTxnToken(received, domain, at),
    async *send() {
      yield await doors.identify(value);
    },
  };
};

type Values = Readonly<Record<string, unknown>>;

function draftOf(head: Values, body: Values, right: Key): Draft {
  return {
    head: membersOf(head),
    body: membersOf(body),
    bytes: (text) => Buffer.from(text),
    encode: (bytes) => bytes.toString('base64url'),
    sign: (input) => right.sign(input).toString('base64url'),
    join: (parts) => parts.join('.'),
    send: (token) => `Bearer ${token}`,
  };
}

/** Of ten cases six, one and three. */
const kinds: readonly Make[] = [
  ...Array<Make>(6).fill(accessToken),
  serviceToken,
  ...Array<Make>(3).fill(txnToken),
];

/** All of them straight away; some again over sockets, and there as what is known already where it is good. */
async function* sentToGateway(doors: OpenDoors, value: string, number: number): AsyncGenerator<Outcome> {
  for (const way of ['straight', 'HTTP', 'WebSocket'] as const) {
    if (number % every[way] !== 0) continue;
    const outcome = await doors.authorize(value, way);
    if (outcome !== undefined) yield outcome;
  }
}

const every = { straight: 1, HTTP: 3, WebSocket: 49 } as const;

function shown(value: string): string {
  const parts = value.replace(/^\S+ /, '').split('.');
  const decoded = parts.slice(0, 2).map((part) => Buffer.from(part, 'base64url').toString('latin1'));
  return `${JSON.stringify(value.slice(0, 1_000))}\n  ${decoded.join('\n  ').slice(0, 2_000)}`;
}
