/** Shared in a closed loop: each asks, checks the answer, and asks again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { askDeferred } from './deferred.ts';
import type { Shared } from './shared.ts';
import { subscribe } from './subscribed.ts';
import { askAndLeave, askWhole } from './whole.ts';

export interface Load extends Omit<Shared, 'pool'> {
  readonly url: string;
  readonly connections: number;
  /** When it ends, in milliseconds of `Date.now()`. */
  readonly until: number;
}

/** The others want whole answers. */
const special = [askAndLeave, askAndLeave, askDeferred, askDeferred, subscribe, subscribe];

/** Resolves when the last client has gone. @returns how many requests there were */
export async function runLoad({ url, connections, until, ...shared }: Load): Promise<number> {
  // A connection that is left is one more for a moment.
  const pool = new Pool(url, { connections: connections * 2, keepAliveTimeout: 1_000 });
  const clients = { ...shared, pool };
  let sent = 0;
  async function loop(ask: (clients: Shared, id: string) => Promise<void>): Promise<void> {
    while (Date.now() < until) {
      sent += 1;
      const id = `chaos-${sent}`;
      try {
        await ask(clients, id);
      } catch (error) {
        shared.verdict.violate(`${ask.name} ${id}: no answer: ${error}`);
        // A gateway that is gone must not be asked a million times.
        await sleep(100);
      }
    }
  }
  await Promise.all(Array.from({ length: connections }, (_, index) => loop(special[index] ?? askWhole)));
  await pool.close();
  return sent;
}
