/** Fires every token that is not right at a subgraph, and says which it takes. */
import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dataOf } from './answer.ts';
import { ask, textOf } from './ask.ts';
import { boundChecks } from './bound-checks.ts';
import { type Check, type Subject, typename } from './check.ts';
import { doorChecks } from './door-checks.ts';
import { publicPart, type Signer, tokenOf } from './forge.ts';
import { obligationChecks } from './obligation-checks.ts';
import { findProbe, readSchema } from './probe.ts';
import { refusalChecks } from './refusal-checks.ts';
import { streamChecks } from './stream-checks.ts';
import { tokenChecks } from './token-checks.ts';

export interface VerifyOptions {
  /** Where the subgraph serves GraphQL. */
  readonly url: string;
  /** Its name: the audience of its tokens. */
  readonly subgraph: string;
  /** Whom it trusts. */
  readonly signer: Signer;
  /** The caller in good tokens, for a subgraph that shows each caller rows of their own; default: somebody. */
  readonly caller?: string | undefined;
  /** Whether it demands tokens that are bound to a body; default: it takes others too. */
  readonly isBound?: boolean | undefined;
  /** Told after each check how many are done. */
  readonly onProgress?: (done: number, all: number) => void;
}

export interface Finding {
  readonly id: string;
  readonly sentence: string;
  readonly result: 'passed' | 'failed' | 'skipped';
  /** Of a failed one: what was sent, what came, and what to do. */
  readonly sent?: string;
  readonly came?: string;
  readonly advice?: string;
  /** Of a skipped one. */
  readonly why?: string;
}

/** There is nothing at the address that could be checked. */
export class Unreachable extends Error {}

/** In this order; the last ones judge what the others were refused with. */
export function checksFor({ isBound = false }: Pick<VerifyOptions, 'isBound'>): readonly Check[] {
  return [
    ...tokenChecks,
    ...(isBound ? boundChecks : []),
    ...doorChecks,
    ...obligationChecks,
    ...streamChecks(isBound),
    ...refusalChecks,
  ];
}

const isGood = ({ id }: { readonly id: string }) => id.startsWith('good.');

/**
 * What became of each check, in their order; of `good.*` alone, if no good token is taken.
 *
 * @throws Unreachable
 */
export async function verifySubgraph(options: VerifyOptions): Promise<readonly Finding[]> {
  const stranger = generateKeyPairSync('ed25519').privateKey;
  const trap = await setTrap(stranger);
  try {
    const subject = await subjectOf(options, stranger, trap);
    const checks = checksFor(options);
    const findings: Finding[] = [];
    for (const check of [...checks.filter(isGood), ...checks.filter((each) => !isGood(each))]) {
      if (!isGood(check) && !isTrusted(findings)) return findings;
      findings.push(await findingOf(check, subject));
      options.onProgress?.(findings.length, checks.length);
    }
    return checks.flatMap(({ id }) => findings.find((each) => each.id === id) ?? []);
  } finally {
    trap.server.close();
    trap.server.closeAllConnections();
  }
}

/** It takes a token that is bound to its body, and none that is not: {@link VerifyOptions.isBound} is to be said. */
export function demandsBound(findings: readonly Finding[]): boolean {
  return (
    !isTrusted(findings) && findings.some(({ id, result }) => id === 'good.bound' && result === 'passed')
  );
}

/** Who refuses everything has not shown that it can tell a bad token from a good one: then those alone are found. */
export function isTrusted(findings: readonly Finding[]): boolean {
  return findings.some(({ id, result }) => id === 'good.token' && result === 'passed');
}

async function findingOf(check: Check, subject: Subject): Promise<Finding> {
  const { id, sentence, advice } = check;
  const outcome = await check.run(subject);
  return { id, sentence, ...outcome, ...(outcome.result === 'failed' && { advice }) };
}

async function subjectOf(
  { url, subgraph, signer, caller, isBound = false }: VerifyOptions,
  stranger: KeyObject,
  trap: Trap,
): Promise<Subject> {
  const forge: Subject['forge'] = (asked) => ({
    ...signer,
    audience: subgraph,
    subject: caller ?? `${signer.issuer}|conformance`,
    now: Math.floor(Date.now() / 1000),
    stranger,
    strangersKeys: trap.url,
    id: randomUUID(),
    body: isBound && asked ? textOf(asked.body) : undefined,
  });
  const query = async (body: unknown) => dataOf(await ask(url, { tokens: [tokenOf(forge({ body }))], body }));
  const greeted = await ask(url, { body: typename });
  if ('failure' in greeted) throw new Unreachable(greeted.failure);
  const schema = await readSchema(query);
  return {
    url,
    forge,
    ask: (asked) => ask(url, asked),
    schema,
    probe: schema && (await findProbe(schema, query)),
    refusals: [],
    strangersAsked: () => trap.asked,
  };
}

interface Trap {
  readonly server: Server;
  readonly url: string;
  asked: number;
}

/** Publishes the stranger's key where the headers of some tokens point: a subgraph that fetches it is seen. */
async function setTrap(stranger: KeyObject): Promise<Trap> {
  const server = createServer((_, response) => {
    trap.asked += 1;
    const key = { ...publicPart(stranger), kid: 'stranger', alg: 'EdDSA', use: 'sig' };
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [key] }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const trap: Trap = { server, url: `http://127.0.0.1:${port}/jwks.json`, asked: 0 };
  return trap;
}
