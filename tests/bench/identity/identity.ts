/** What it costs to know who asks, and to tell it to a subgraph: when that is known already, and when a signature is needed. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answerOf } from '../measure/processes.ts';
import type { Stage } from '../parts/part.ts';
import { issuer } from '../principals.ts';
import type { Cost } from './cost-of-calls.ts';
import { measureSignatures, type Signatures, signaturesTable } from './signatures.ts';

interface Calls {
  readonly authenticated: Cost;
  readonly verified: Cost;
  readonly reused: Cost;
  readonly minted: Cost;
}

export interface Identity {
  readonly calls: Calls;
  readonly signatures: readonly Signatures[];
}

export async function measureIdentity(stage: Stage): Promise<Identity> {
  const { site, say } = stage;
  const { jwksFile, tokensFile } = site.principals;
  const revocations = join(site.folder, 'revocations.json');
  await writeFile(revocations, JSON.stringify({ principals: revoked }));
  say('authentication and minting');
  const script = join(import.meta.dirname, 'calls.ts');
  const calls = (await answerOf(script, [jwksFile, tokensFile, revocations])) as Calls;
  return { calls, signatures: await measureSignatures(stage) };
}

/** None of those who ask. */
const revoked = Array.from({ length: 1_000 }, (_, n) => ({ issuer, subject: `revoked-${n}` }));

export function identityTable({ calls, signatures }: Identity): string {
  const line = (name: string, { cpu, p50, p99 }: Cost) =>
    `| ${name} | ${[cpu, p50, p99].map((us) => us.toFixed(us < 10 ? 2 : 0)).join(' | ')} |`;
  return [
    '| one call, 300 principals in turn, 1,000 others revoked | CPU µs, least | p50 µs | p99 µs |',
    '|---|--:|--:|--:|',
    line('authentication, cached (aim: 2 µs at most)', calls.authenticated),
    line('authentication, with the signature verified', calls.verified),
    line('Txn-Token, reused', calls.reused),
    line('Txn-Token, minted', calls.minted),
    '',
    signaturesTable(signatures),
  ].join('\n');
}
