/** Random domains over a real database, callers and operations, one after the other, until the time is over. */
import { decidedBy } from '@portcullis/gateway/fixture/random/chooser';
import { randomDomain } from './domain.ts';
import { randomObligations } from './obligations.ts';
import { judge } from './oracles.ts';
import { printOperation } from './print.ts';
import { randomOperation } from './random-operation.ts';
import { randomData } from './rows.ts';
import { Sight } from './sight.ts';
import { openWorld } from './world.ts';

export interface SqlLeaks {
  readonly domains: number;
  readonly cases: number;
  readonly crossing: number;
  readonly compared: number;
  readonly failures: readonly string[];
}

export interface SearchingSql {
  readonly seed: number;
  /** Domains are numbered from here. */
  readonly first?: number;
  /** Of each domain: to make a database takes longer than to ask it. */
  readonly casesOfDomain?: number;
  /** Asked before each domain. */
  readonly isOver: (found: SqlLeaks) => boolean;
  readonly say?: (found: SqlLeaks) => void;
}

export async function searchSqlForLeaks(searching: SearchingSql): Promise<SqlLeaks> {
  const { seed, first = 0, casesOfDomain = 60, isOver, say } = searching;
  const found = { domains: 0, cases: 0, crossing: 0, compared: 0, failures: [] as string[] };
  const stray: unknown[] = [];
  // Of a subgraph that is a process it would be the end.
  const note = (reason: unknown) => void stray.push(reason);
  process.on('unhandledRejection', note);
  try {
    while (!isOver(found)) {
      await searchDomain({ seed, number: first + found.domains, casesOfDomain, stray }, found);
      found.domains += 1;
      say?.(found);
    }
  } finally {
    process.off('unhandledRejection', note);
  }
  return found;
}

interface Searched {
  readonly seed: number;
  readonly number: number;
  readonly casesOfDomain: number;
  /** Rejections that nobody waited for, since it was last emptied. */
  readonly stray: unknown[];
}

type Found = { -readonly [Name in keyof SqlLeaks]: Name extends 'failures' ? string[] : SqlLeaks[Name] };

async function searchDomain(searched: Searched, found: Found): Promise<void> {
  const { seed, number, casesOfDomain, stray } = searched;
  const choose = decidedBy('domain', seed, number);
  const domain = randomDomain(choose);
  const data = randomData(choose, domain);
  const world = await openWorld(domain);
  try {
    await world.fill(data);
    for (let at = 0; at < casesOfDomain; at += 1) {
      const obligations = randomObligations(choose, domain);
      const operation = randomOperation(choose, domain);
      const sight = new Sight(obligations);
      const outcome = await judge(choose, { domain, data, world, obligations, sight, operation });
      found.cases += 1;
      found.crossing += Number(outcome.crosses);
      found.compared += Number(outcome.isCompared);
      const unhandled = stray.splice(0).map((reason) => `nobody waits: ${String(reason)}`);
      for (const failure of [...outcome.failures, ...unhandled]) {
        const { query, variables } = printOperation(domain, operation);
        found.failures.push(
          `seed ${seed}, domain ${number}, case ${at}: ${failure}\n  ${query} ${JSON.stringify(variables)}\n  obliged to ${JSON.stringify(obligations)}\n  again: npm run test:leaks -- --seed ${seed} --domain ${number}`,
        );
      }
    }
  } finally {
    await world.close();
  }
}
