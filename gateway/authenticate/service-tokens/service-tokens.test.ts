import { timingSafeEqual } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { noRights, stored as storedOf } from '../../fixture/service-tokens.ts';
import { TokenRefusal } from '../refusal.ts';
import { usesFile } from './last-use.ts';
import { openServiceTokens, type ServiceTokensOptions } from './service-tokens.ts';
import { createServiceToken, printServiceToken, type ServiceToken } from './token.ts';
import { printTokenFile, type ServicePrincipal } from './token-file.ts';

const start = Date.parse('2026-06-01T00:00:00Z');
let clock = start;
let folder: string;
let file: string;
beforeEach(async () => {
  clock = start;
  folder = await mkdtemp(join(tmpdir(), 'service tokens '));
  file = join(folder, 'tokens.json');
});
afterEach(async () => {
  await chmod(folder, 0o700);
  await rm(folder, { recursive: true });
});

const made = [createServiceToken(), createServiceToken(), createServiceToken()] as const;
const stored = (token: ServiceToken, expiresAt = start + 10_000) =>
  storedOf(token, { created: start / 1000 - 60, expires: expiresAt / 1000 });

async function write(principals: Readonly<Record<string, Partial<ServicePrincipal>>>): Promise<void> {
  const whole = Object.entries(principals).map(([name, more]) => [name, { ...noRights, ...more }] as const);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, printTokenFile(new Map(whole)), { mode: 0o600 });
}

async function open(more: Partial<ServiceTokensOptions> = {}) {
  const told: string[] = [];
  const tokens = await openServiceTokens({
    file,
    read: ({ principals, tokens: count }) => void told.push(`read ${principals} ${count}`),
    refused: (reason) => void told.push(reason),
    unwritten: (reason) => void told.push(`unwritten ${reason}`),
    now: () => clock,
    ...more,
  });
  return { tokens, told };
}

const bearer = (token: ServiceToken) => `Bearer ${printServiceToken(token)}`;

describe('service tokens', () => {
  it('are their principal’s, with its rights and the end of the token', async () => {
    await write({
      dashboard: {
        roles: ['analyst'],
        teams: ['hr-team'],
        scopes: ['a'],
        purposes: ['research'],
        attributes: { clearance: 2 },
        products: ['hr'],
        tokens: [stored(made[0])],
      },
    });
    const { tokens, told } = await open();
    expect(told).toEqual(['read 1 1']);
    expect(tokens.identify(bearer(made[0]))).toEqual({
      kind: 'bi',
      issuer: 'portcullis:service-tokens',
      subject: 'dashboard',
      clientId: 'dashboard',
      roles: new Set(['analyst']),
      teams: new Set(['hr-team']),
      scopes: new Set(['a']),
      purposes: new Set(['research']),
      purpose: undefined,
      attributes: new Map([['clearance', 2]]),
      products: new Set(['hr']),
      mayBreakGlass: false,
      tokenId: expect.any(String),
      issuedAt: expect.any(Number),
      expiresAt: start / 1000 + 10,
      isVouchedFor: expect.any(Function),
    });
  });

  it('are two of one principal at a time, each with its own end', async () => {
    await write({ dashboard: { tokens: [stored(made[0]), stored(made[1], start + 20_000)] } });
    const { tokens } = await open();
    clock = start + 10_000 - 1;
    expect(tokens.identify(bearer(made[0])).subject).toBe('dashboard');
    clock = start + 10_000;
    expect(() => tokens.identify(bearer(made[0]))).toThrow(`${made[0].id} of dashboard has expired`);
    expect(tokens.identify(bearer(made[1])).subject).toBe('dashboard');
  });

  it('are compared in constant time, whether there is such a token or not', async () => {
    await write({ dashboard: { tokens: [stored(made[0])] } });
    const compared: [number, number][] = [];
    const equal: typeof timingSafeEqual = (one, other) => {
      compared.push([one.byteLength, other.byteLength]);
      return timingSafeEqual(one, other);
    };
    const { tokens } = await open({ equal });
    tokens.identify(bearer(made[0]));
    expect(() => tokens.identify(bearer({ id: made[0].id, secret: made[1].secret }))).toThrow('the secret');
    expect(() => tokens.identify(bearer(made[1]))).toThrow('no service token has this id');
    clock = start + 10_000;
    expect(() => tokens.identify(bearer(made[0]))).toThrow('has expired');
    expect(compared).toEqual(Array.from({ length: 4 }, () => [32, 32]));
  });

  it('are not let in by anything that is nearly one', async () => {
    await write({ dashboard: { tokens: [stored(made[0])] } });
    const { tokens } = await open();
    const right = printServiceToken(made[0]);
    const mutated = fc.oneof(
      fc
        .tuple(fc.nat(right.length - 1), fc.string({ maxLength: 2 }))
        .map(([at, by]) => right.slice(0, at) + by + right.slice(at + 1)),
      fc.tuple(fc.nat(right.length - 1), fc.nat(right.length - 1)).map(([a, b]) => {
        const letters = [...right];
        [letters[a], letters[b]] = [letters[b] ?? '', letters[a] ?? ''];
        return letters.join('');
      }),
      fc.nat(right.length - 1).map((length) => right.slice(0, length)),
      fc.string().map((more) => `${right}${more}`),
    );
    fc.assert(
      fc.property(mutated, fc.boolean(), (text, isBasic) => {
        fc.pre(text !== right);
        const header = isBasic ? `Basic ${Buffer.from(`u:${text}`).toString('base64')}` : `Bearer ${text}`;
        expect(() => tokens.identify(header)).toThrow(TokenRefusal);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('after a change of their file', () => {
  it('those who did not change are the same objects, and the others are not', async () => {
    const others = { tokens: [stored(made[1])] };
    await write({ dashboard: { tokens: [stored(made[0])] }, other: others });
    const { tokens } = await open();
    const before = tokens.identify(bearer(made[0]));
    const other = tokens.identify(bearer(made[1]));
    await write({ dashboard: { roles: ['analyst'], tokens: [stored(made[0])] }, other: others });
    await tokens.reload();
    expect(tokens.identify(bearer(made[1]))).toBe(other);
    expect(tokens.identify(bearer(made[0]))).not.toBe(before);
    expect([before.isVouchedFor(), other.isVouchedFor()]).toEqual([false, true]);
    await write({ other: others });
    await tokens.reload();
    expect(() => tokens.identify(bearer(made[0]))).toThrow('revoked');
    expect(other.isVouchedFor()).toBe(true);
  });

  it('those whose time of making was corrected have it, so that what is revoked before it is', async () => {
    const token = stored(made[0]);
    await write({ dashboard: { tokens: [token] } });
    const { tokens } = await open();
    const before = tokens.identify(bearer(made[0]));
    await write({ dashboard: { tokens: [{ ...token, created: token.created - 3_600 }] } });
    await tokens.reload();
    expect(tokens.identify(bearer(made[0])).issuedAt).toBe(token.created - 3_600);
    expect(before.isVouchedFor()).toBe(false);
  });

  it.each<[string, () => Promise<void>, RegExp]>([
    ['malformed', () => writeFile(file, '{'), /cannot be used: the file is not valid JSON/],
    ['open to others', () => chmod(file, 0o644), /mode 0644\)\. Run: chmod 600/],
  ])('that leaves it %s, what was in force is, and it is told', async (_, spoil, reason) => {
    await write({ dashboard: { tokens: [stored(made[0])] } });
    const { tokens, told } = await open();
    await spoil();
    await tokens.reload();
    expect(told).toEqual(['read 1 1', expect.stringMatching(reason)]);
    expect(tokens.identify(bearer(made[0])).subject).toBe('dashboard');
    await expect(open()).rejects.toThrow(reason);
  });

  it('that takes it away, nobody has a token', async () => {
    await write({ dashboard: { tokens: [stored(made[0])] } });
    const { tokens, told } = await open();
    await rm(file);
    await tokens.reload();
    expect(told).toEqual(['read 1 1', 'read 0 0']);
    expect(() => tokens.identify(bearer(made[0]))).toThrow('no service token');
  });
});

describe('the last use of each', () => {
  const uses = async () => JSON.parse(await readFile(usesFile(file), 'utf8')) as unknown;
  const used = (at: number) => new Date(at).toISOString();

  it('is written when the gateway ends, the latest of all gateways', async () => {
    await write({ dashboard: { tokens: [stored(made[0]), stored(made[1])] } });
    await writeFile(
      usesFile(file),
      JSON.stringify({
        [made[0].id]: used(start - 5),
        [made[1].id]: used(start + 5),
        [made[2].id]: used(start),
      }),
    );
    const { tokens } = await open();
    tokens.identify(bearer(made[0]));
    tokens.identify(bearer(made[1]));
    await tokens.close();
    expect(await uses()).toEqual({ [made[0].id]: used(start), [made[1].id]: used(start + 5) });
    expect((await stat(usesFile(file))).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).sort()).toEqual(['tokens.json', 'tokens.json.used.json']);
  });

  it('is not lost in a change of the tokens, and replaces what is no list of them', async () => {
    await write({ dashboard: { tokens: [stored(made[0])] } });
    await writeFile(usesFile(file), '{');
    const { tokens } = await open();
    tokens.identify(bearer(made[0]));
    await write({ dashboard: { tokens: [stored(made[0])] }, other: { tokens: [stored(made[1])] } });
    await tokens.reload();
    await tokens.close();
    expect(await uses()).toEqual({ [made[0].id]: used(start) });
  });

  it('is written a second after the first, and once a minute then', async () => {
    await write({ dashboard: { tokens: [stored(made[0])] } });
    const { tokens } = await open();
    jest.useFakeTimers();
    try {
      tokens.identify(bearer(made[0]));
      tokens.identify(bearer(made[0]));
      expect(jest.getTimerCount()).toBe(1);
      jest.advanceTimersByTime(1_000);
      expect(jest.getTimerCount()).toBe(0);
      clock += 5_000;
      tokens.identify(bearer(made[0]));
      jest.advanceTimersByTime(54_000);
      expect(jest.getTimerCount()).toBe(1);
      jest.advanceTimersByTime(1_000);
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
    await tokens.close();
    expect(await uses()).toEqual({ [made[0].id]: used(start + 5_000) });
  });

  it('that cannot be written is told once, and fails nothing', async () => {
    await write({ dashboard: { tokens: [stored(made[0])] } });
    await mkdir(usesFile(file));
    const { tokens, told } = await open();
    for (let n = 0; n < 3; n++) {
      tokens.identify(bearer(made[0]));
      await tokens.close();
    }
    expect(told).toEqual([
      'read 1 1',
      expect.stringMatching(/^unwritten .*used\.json cannot be written \(EISDIR\)/),
    ]);
    expect((await readdir(folder)).sort()).toEqual(['tokens.json', 'tokens.json.used.json']);
  });
});
