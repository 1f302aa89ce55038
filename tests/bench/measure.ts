/** A closed loop of clients in front of one gateway, and what the gateway's process spent on them. */
import type { ChildProcess } from 'node:child_process';
import type { BenchOperation } from './operations.ts';
import { cpuOf } from './processes.ts';

export interface Contender {
  readonly child: ChildProcess;
  readonly url: string;
}

const clients = 8;

/** Milliseconds of processor time per request. */
export async function measure(
  contender: Contender,
  operation: BenchOperation,
  requests: number,
): Promise<number> {
  let left = requests;
  const before = cpuOf(contender.child);
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (left-- > 0) await send(contender, operation);
    }),
  );
  return (cpuOf(contender.child) - before) / requests;
}

/** The `data` of the answer; anything but a full one is an error. */
export async function send({ url }: Contender, { name, query }: BenchOperation): Promise<unknown> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
  const answer = (await response.json()) as { readonly data?: unknown; readonly errors?: unknown };
  if (response.ok && answer.errors === undefined) return answer.data;
  throw new Error(`"${name}" failed at ${url}: ${response.status} ${JSON.stringify(answer)}`);
}
