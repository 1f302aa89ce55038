/** The test vectors of docs/subgraph-protocol: made of the same cases that subgraphs are tried with. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { typenameBody } from './cases/body.ts';
import { type Forge, keyOf } from './forge.ts';
import { strangerKey, testKey, testKeySet, testSigner } from './test-key.ts';
import { vectorCases } from './token-cases.ts';

export interface Vector {
  readonly id: string;
  readonly expect: 'accept' | 'refuse';
  readonly reason: string;
  /** The instant at which it is looked at, in seconds since the epoch. */
  readonly at: number;
  /** The values of the header `Txn-Token`, one for each time that it is sent. */
  readonly txnToken: readonly string[];
}

export interface Vectors {
  readonly about: string;
  /** What the subgraph is configured with. */
  readonly issuer: string;
  readonly audience: string;
  /** Of the request with which every token comes, to the letter. */
  readonly body: string;
  readonly jwks: typeof testKeySet;
  /** With its private half, so that more tokens can be made. */
  readonly testKey: typeof testKey;
  readonly vectors: readonly Vector[];
}

const at = Date.UTC(2026, 0, 1) / 1000;
const audience = 'library';

const forge: Forge = {
  ...testSigner,
  audience,
  subject: 'https://login.example|ann',
  now: at,
  stranger: keyOf(strangerKey),
  strangersKeys: 'https://stranger.example/jwks.json',
  id: 'conformance-once',
  body: undefined,
};

const vectors: Vectors = {
  about:
    'Test vectors of docs/subgraph-protocol.md, made by `portcullis generate`. The key is for tests alone: everybody has its private half.',
  issuer: testSigner.issuer,
  audience,
  body: typenameBody,
  jwks: testKeySet,
  testKey,
  vectors: vectorCases.map(({ id, expect, sentence, make }) => ({
    id,
    expect,
    reason: sentence,
    at,
    txnToken: make(forge),
  })),
};

const files: readonly (readonly [name: string, content: unknown])[] = [
  ['vectors.json', vectors],
  ['test-jwks.json', testKeySet],
];

/** Names those files of the folder that are not what they would be. */
export async function checkVectors(folder: string): Promise<string[]> {
  const stale = files.map(async ([name, content]) => {
    const written = await readFile(join(folder, name), 'utf8').catch(() => undefined);
    return written === textOf(content) ? [] : [name];
  });
  return (await Promise.all(stale)).flat();
}

/** Writes those files that are not what they would be, and names them. */
export async function writeVectors(folder: string): Promise<string[]> {
  const stale = await checkVectors(folder);
  for (const [name, content] of files)
    if (stale.includes(name)) await writeFile(join(folder, name), textOf(content));
  return stale;
}

function textOf(content: unknown): string {
  return `${JSON.stringify(content, undefined, 2)}\n`;
}
