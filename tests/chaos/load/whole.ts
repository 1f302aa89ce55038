/** A client that takes answers as a whole; it may lose patience. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, compare } from '../oracle/compare.ts';
import { label } from '../oracle/verdict.ts';
import { exchange } from './call.ts';
import { drawOperation, type Operation } from './operations.ts';
import { begin, type Shared } from './shared.ts';

const accept = 'application/graphql-response+json';

export async function askWhole(clients: Shared, id: string): Promise<void> {
  const operation = drawOperation(clients.random, id);
  await ask(clients, operation, id);
}

export async function askAndLeave(clients: Shared, id: string): Promise<void> {
  const leaving = new AbortController();
  const timer = setTimeout(() => leaving.abort(), clients.random.below(25));
  try {
    await ask(clients, drawOperation(clients.random, id), id, leaving.signal);
  } catch (error) {
    if (!leaving.signal.aborted) throw error;
    clients.verdict.count('aborted by the client');
    // Or the gateway would do little else than accept connections.
    await sleep(50);
  } finally {
    clearTimeout(timer);
  }
}

async function ask(clients: Shared, operation: Operation, id: string, signal?: AbortSignal): Promise<void> {
  const { verdict, truth, ledger, pool } = clients;
  const asked = begin(ledger, operation, id);
  const { status, contentType, text } = await exchange(pool, operation, {
    id,
    accept,
    ...(signal && { signal }),
  });
  if (status !== 200 || !contentType.startsWith(accept)) {
    verdict.violate(`${label(asked)}: ${status} ${contentType} ${text.slice(0, 300)}`);
    return;
  }
  const answer: Answer = JSON.parse(text);
  const isWhole = verdict.judge(asked, compare(answer, truth.of(operation)), answer.errors ?? []);
  verdict.count(outcomeOf(isWhole, answer));
  if (isWhole) checkApplied(clients, operation);
  ledger.forget(id);
}

function outcomeOf(isWhole: boolean, { data }: Answer): string {
  if (isWhole) return 'whole';
  return data === null ? 'no data, with errors' : 'a part, with errors';
}

/** An answer that says so must not be of a mutation that never was. */
function checkApplied({ ledger, verdict }: Shared, { name, keys = [] }: Operation): void {
  for (const key of keys) {
    const times = ledger.timesApplied(key);
    if (times !== 1) verdict.violate(`${name} ${key} was answered and applied ${times} times`);
  }
}
