/** A speed is worth nothing unless the answer is right: before anything is measured, everybody's are compared. */
import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { workload } from '../workloads.ts';
import type { Entrant } from './rounds.ts';

/** Numbers of requests that are looked at: where a request differs by number, its answer may. */
const samples = [0, 1, 4711];

/** @returns the size of an answer in bytes */
export async function compareAnswers(entrants: readonly Entrant[], tokensFile: string): Promise<number> {
  const tokens: readonly string[] = JSON.parse(await readFile(tokensFile, 'utf8'));
  let size = 0;
  for (const n of samples) {
    const token = tokens[n % tokens.length] ?? '';
    const answers = await Promise.all(entrants.map((entrant) => ask(entrant, n, token)));
    const [first] = answers;
    size = first?.bytes ?? 0;
    const other = answers.findIndex(({ data }) => !isDeepStrictEqual(data, first?.data));
    if (other < 0) continue;
    const [one, two] = [entrants[0]?.contender.name, entrants[other]?.contender.name];
    throw new Error(`${one} and ${two} differ:\n${first?.text}\n${answers[other]?.text}`.slice(0, 4_000));
  }
  return size;
}

async function ask({ contender, ...asked }: Entrant, n: number, token: string) {
  const { body, errorCode } = workload(asked.workload, asked.mode);
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const response = await fetch(contender.url, { method: 'POST', headers, body: body(n) });
  const text = await response.text();
  const { data, errors } = JSON.parse(text);
  const code = errors?.[0]?.extensions?.code;
  if (response.status !== 200 || data === null || data === undefined || code !== errorCode)
    throw new Error(`${contender.name}, ${asked.workload}: ${response.status} ${text.slice(0, 1_000)}`);
  return { text, bytes: Buffer.byteLength(text), data: errorCode === undefined ? data : withoutNulls(data) };
}

/** Nothing of this graph is null but what is denied. */
function withoutNulls(data: unknown): unknown {
  return JSON.parse(JSON.stringify(data, (_, value: unknown) => (value === null ? undefined : value)));
}
