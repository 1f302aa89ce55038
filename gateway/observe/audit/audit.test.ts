/** Trails of real files: continued, torn, tampered with. */
import { generateKeyPairSync } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildSchema, parse } from 'graphql';
import { createOperation } from '../../program.ts';
import { chain, emptyChain } from './chain.ts';
import type { AuditEvent } from './record.ts';
import { type AuditTrail, createAuditTrail } from './trail.ts';
import { verifyTrail } from './verify.ts';

const schema = buildSchema(`
  type Query { person: Person  things: [Thing] }
  union Thing = Person | Parcel
  type Person { name: String  email: String  secret: String }
  type Parcel { name: String }
`);

function keyPair(kid = 'k1') {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  return { key: { kid, privateKey }, jwks: { keys: [{ kty: 'OKP', crv: 'Ed25519', x, kid }] } };
}

const ours = keyPair();
let folder: string;
let file: string;
const heads: string[] = [];
const failures: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis audit '));
  file = join(folder, 'trail.jsonl');
  heads.length = 0;
  failures.length = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function open(
  options: { readonly key?: () => typeof ours.key; readonly file?: string } = {},
): Promise<AuditTrail> {
  return createAuditTrail({
    file,
    key: () => ours.key,
    checkpoint: ({ hash }) => heads.push(hash),
    failed: (reason) => failures.push(reason),
    ...options,
  });
}

function event(id: string, query = '{ person { name email } }'): AuditEvent {
  const [definition] = parse(query, { noLocation: true }).definitions;
  if (definition?.kind !== 'OperationDefinition') throw new Error('no operation');
  const selection = { kind: 'Field', name: { kind: 'Name', value: 'secret' } } as const;
  return {
    kind: 'request',
    context: { id, counts: { subgraphRequests: 1, rows: 3 } },
    known: {
      principal: { kind: 'authenticated', issuer: 'https://issuer.example', subject: 'ann', clientId: 'app' },
      subject: { kind: 'human', purpose: 'fraud' },
      circumstances: { zone: 'corp', hour: 12, breakGlass: false },
    },
    decision: {
      operation: createOperation(definition),
      denied: [{ selection, types: new Set(['Person']) }],
      masks: new Map([['Person.email', () => '***']]),
    },
    schema,
    operationType: 'query',
    operationName: undefined,
    generation: 'g1',
    policies: 'p1',
    status: 200,
    codes: ['FORBIDDEN'],
  } as unknown as AuditEvent;
}

const lines = async () => (await readFile(file, 'utf8')).trimEnd().split('\n');
const verified = (options = {}) => verifyTrail(file, { keys: ours.jwks, ...options });

async function written(count: number): Promise<void> {
  const trail = await open();
  for (let index = 0; index < count; index += 1) trail.record(event(`r${index}`));
  await trail.close();
}

describe('a record', () => {
  it('says who, as whom, for what, which fields in what form, and no value', async () => {
    await written(1);
    const record = JSON.parse((await lines())[2] ?? '');
    expect(record).toMatchObject({
      seq: 3,
      kind: 'request',
      request: 'r0',
      who: { kind: 'human', issuer: 'https://issuer.example', subject: 'ann', client: 'app' },
      purpose: 'fraud',
      zone: 'corp',
      operation: { type: 'query' },
      uses: {
        clear: ['Person.name', 'Query.person'],
        masked: ['Person.email'],
        denied: ['Person.secret'],
      },
      rows: 3,
      status: 200,
      codes: ['FORBIDDEN'],
      generation: 'g1',
      policies: 'p1',
    });
  });

  it('names the fields of each type that an abstract selection can be, and arguments without their values', async () => {
    const trail = await open();
    trail.record(event('r', '{ things { ... on Person { name } ... on Parcel { name } __typename } }'));
    await trail.close();
    const { uses } = JSON.parse((await lines())[2] ?? '');
    expect(uses.clear).toEqual(['Parcel.name', 'Person.name', 'Query.things']);
  });
});

describe('a trail', () => {
  it('goes on where it ended, over any number of starts', async () => {
    await written(2);
    await written(0);
    await written(3);
    const report = await verified();
    expect(report).toMatchObject({ ok: true, fault: undefined });
    // A start, a checkpoint of it, and at the end one of what came since.
    expect(report.lines).toBe(2 + 2 + 1 + (2 + 0) + (2 + 3 + 1));
    expect(report.signed).toBe(report.lines - 1);
  });

  it('is the owner’s alone', async () => {
    await written(1);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('says how much of a line was torn off by a crash, and is whole again', async () => {
    await written(1);
    await appendFile(file, '{"seq":5,"prev":"half of a li');
    await written(1);
    expect(await verified()).toMatchObject({ ok: true });
    expect((await lines()).map((line) => JSON.parse(line)).filter(({ torn }) => torn > 0)).toMatchObject([
      { kind: 'started', torn: 29 },
    ]);
  });

  it('is written by one gateway at a time; what a dead one locked is free', async () => {
    const first = await open();
    await writeFile(`${file}.lock`, String(process.ppid));
    await expect(open()).rejects.toThrow('is written by another gateway');
    await writeFile(`${file}.lock`, '999999999');
    await first.close();
    await written(1);
    expect(await verified()).toMatchObject({ ok: true });
  });

  it('is not begun over what is no trail', async () => {
    await writeFile(file, 'notes of mine\n');
    await expect(open()).rejects.toThrow('does not end as an audit trail does');
  });

  it('that cannot be written lets nothing be served', async () => {
    const trail = await open({ file: '/dev/full' });
    expect(() => trail.assertWritable()).not.toThrow();
    trail.record(event('r'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(() => trail.assertWritable()).toThrow('the audit trail is broken');
    expect(failures).toHaveLength(1);
    await trail.close();
  });
});

describe('verifying', () => {
  it('finds any change of any line', async () => {
    await written(4);
    const before = await lines();
    await fc.assert(
      fc.asyncProperty(
        fc.nat(before.length - 1),
        fc.nat(200),
        fc.constantFrom('0', 'x', '"', ' ', '}'),
        async (line, at, character) => {
          const text = before[line] ?? '';
          const place = at % text.length;
          fc.pre(text[place] !== character);
          const changed = text.slice(0, place) + character + text.slice(place + 1);
          await writeFile(file, `${before.with(line, changed).join('\n')}\n`);
          expect((await verified()).fault?.line).toBe(line + 1);
        },
      ),
      { numRuns: 100 },
    );
  });

  it.each([
    ['taken out', (all: string[]) => all.toSpliced(3, 1), 4],
    ['put in twice', (all: string[]) => all.toSpliced(3, 0, all[3] ?? ''), 5],
    ['moved', (all: string[]) => all.with(3, all[4] ?? '').with(4, all[3] ?? ''), 4],
    ['taken from the beginning', (all: string[]) => all.slice(1), 1],
  ])('finds a line that was %s', async (_, tamper, line) => {
    await written(4);
    await writeFile(file, `${tamper(await lines()).join('\n')}\n`);
    expect((await verified()).fault?.line).toBe(line);
  });

  it('finds a trail that somebody without the key wrote anew', async () => {
    const stranger = keyPair();
    const trail = await open({ key: () => stranger.key });
    trail.record(event('r'));
    await trail.close();
    expect(await verified()).toMatchObject({ ok: false, fault: { line: 2 }, signed: 0 });
    expect(await verifyTrail(file, {})).toMatchObject({ ok: true, signed: 0 });
  });

  it('finds that the end was cut off, by the head that a log holds', async () => {
    await written(2);
    const head = heads.at(-1);
    await written(2);
    const all = await lines();
    expect(await verified({ head })).toMatchObject({ ok: true });
    await writeFile(file, `${all.slice(0, 3).join('\n')}\n`);
    expect(await verified()).toMatchObject({ ok: true });
    expect((await verified({ head })).fault?.message).toMatch('lines are missing at its end');
  });

  it('does not take a checkpoint of one place for one of another', async () => {
    await written(1);
    const [started = '', checkpoint = ''] = await lines();
    const entry = checkpoint
      .replace(/^\{"seq":\d+,"prev":"[\w-]+",/, '{')
      .replace(/,"hash":"[\w-]+"\}$/, '}');
    const forged = [started];
    let head = { hash: JSON.parse(started).hash, length: 1 };
    for (const each of ['{"kind":"request"}', entry]) {
      const line = chain(head, each);
      forged.push(line.text);
      head = line.head;
    }
    await writeFile(file, `${forged.join('\n')}\n`);
    expect((await verified()).fault?.message).toMatch('not of the gateway, or not of this chain');
  });

  it('takes an empty file for a trail of nothing', async () => {
    await writeFile(file, '');
    expect(await verified()).toMatchObject({ ok: true, lines: 0, head: emptyChain.hash });
  });
});
