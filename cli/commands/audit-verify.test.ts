import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { chain, emptyChain, signHead } from '@portcullis/gateway/observe/audit/chain';
import { portcullis } from '../fixture/call.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1' }] };

const other = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });

const start = chain(emptyChain, '{"at":"2026-11-01T08:00:00.000Z","kind":"start"}');
const signature = signHead(start.head, privateKey);
const checkpoint = chain(
  start.head,
  JSON.stringify({ at: '2026-11-01T08:01:00.000Z', kind: 'checkpoint', kid: 'k1', signature }),
);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit command '));
  await writeFile(join(folder, 'trail.jsonl'), `${start.text}\n${checkpoint.text}\n`);
  await writeFile(join(folder, 'cut.jsonl'), `${start.text}\n`);
  await writeFile(join(folder, 'empty.jsonl'), '');
  await writeFile(join(folder, 'keys.json'), JSON.stringify(jwks));
  await writeFile(join(folder, 'now.json'), JSON.stringify({ keys: [{ ...other, kid: 'k2' }] }));
});
afterAll(() => rm(folder, { recursive: true }));

const verify = (...args: readonly string[]) => portcullis(['audit', 'verify', ...args], folder);
const head = checkpoint.head.hash;

test('without a head, says that the end cannot be known, and where a head is', async () => {
  const { code, out } = await verify('trail.jsonl');
  expect(code).toBe(0);
  expect(out.split('\n')).toEqual([
    'trail.jsonl: 2 lines from 2026-11-01T08:00:00.000Z to 2026-11-01T08:01:00.000Z, none of them altered, taken out, put in or moved.',
    'Signatures were not checked: whoever writes a whole trail anew is not noticed. Give --keys for that.',
    'Whether lines are missing at its end cannot be known from the trail: give --head with the `hash` of the last line `audit checkpoint` in the log of the gateway.',
    `Its last hash: ${head}`,
    '',
  ]);
});

test('with keys and a head, says what each has shown', async () => {
  const { code, out } = await verify('trail.jsonl', '--keys', 'keys.json', '--head', head);
  expect(code).toBe(0);
  expect(out).toContain('The gateway has signed the first 1 of them.\n');
  expect(out).toContain('It goes at least as far as the checkpoint that was given.\n');
});

test('former keys are given beside those of now, which it says if one is missing', async () => {
  const alone = await verify('trail.jsonl', '--keys', 'now.json');
  expect([alone.code, alone.out]).toEqual([1, expect.stringContaining('It may be a former one: add what')]);
  const { code, out } = await verify('trail.jsonl', '--keys', 'now.json', '--keys', 'keys.json');
  expect([code, out]).toEqual([0, expect.stringContaining('The gateway has signed the first 1 of them.')]);
  const wrong = await verify('trail.jsonl', '--keys', 'trail.jsonl');
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('trail.jsonl: no keys can be read')]);
});

test('fails on what was cut off, if the head is given', async () => {
  const { code, out } = await verify('cut.jsonl', '--head', head);
  expect(code).toBe(1);
  expect(out).toContain(`the trail does not contain ${head}: lines are missing at its end`);
});

test.each([[[]], [['--head', head]]])('takes an empty file for no proof: %j', async (flags) => {
  const { code, out } = await verify('empty.jsonl', ...flags);
  expect(code).toBe(1);
  expect(out).toMatch(
    /^empty\.jsonl is empty, which proves nothing: a gateway begins its trail with a line\.\n/,
  );
  const { code: json, out: report } = await verify('empty.jsonl', ...flags, '--json');
  expect([json, JSON.parse(report)]).toMatchObject([1, { ok: false, lines: 0 }]);
});

test('is called by both of its words', async () => {
  const alone = await portcullis(['audit', 'trail.jsonl'], folder);
  expect([alone.code, alone.err]).toEqual([
    2,
    expect.stringContaining('"audit" alone is no command; there is audit verify'),
  ]);
  expect(await verify()).toMatchObject({ code: 2, err: expect.stringContaining('<TRAIL> is missing') });
});
