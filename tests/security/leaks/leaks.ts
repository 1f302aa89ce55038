/** `npm run test:leaks`: searches for answers that tell what somebody may not see, for as long as one likes. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabase } from '@portcullis/demo/database/database';
import { searchSqlForLeaks } from '../leaks-sql/run.ts';
import { searchForLeaks } from './run.ts';

const usage = `npm run test:leaks -- [options]

  --seconds N   how long to search (600): half of it through the gateway, half of it in a subgraph over PostgreSQL
  --seed N      of all that is random (1)
  --graph N     this graph alone, to see a failure of the gateway again
  --domain N    this domain alone, to see a failure of the subgraph again`;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    seed: { type: 'string', default: '1' },
    graph: { type: 'string' },
    domain: { type: 'string' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  console.log(usage);
  process.exit();
}
const [seed = 1, seconds = 0] = [values.seed, values.seconds].map(Number);
const [graph, domain] = [values.graph, values.domain].map((each) =>
  each === undefined ? undefined : Number(each),
);
if ([seed, seconds, graph, domain].some((each) => each !== undefined && !Number.isInteger(each))) {
  console.error(`a number is missing\n\n${usage}`);
  process.exit(2);
}

const inGateway: Search = {
  of: 'graphs',
  run: async ({ one, isOver, say }) => {
    const found = await searchForLeaks({
      seed,
      ...(one !== undefined && { first: one }),
      isOver: ({ graphs }) => isOver(graphs),
      say: (so) => say(so.graphs, so),
    });
    return [found.graphs, found];
  },
};

const inDatabase: Search = {
  of: 'domains',
  run: async ({ one, isOver, say }) => {
    const dir = await mkdtemp(join(tmpdir(), 'portcullis-leaks-'));
    const database = await openDatabase({ dir, durable: false });
    process.env['DATABASE_URL'] = database.url;
    try {
      const found = await searchSqlForLeaks({
        seed,
        ...(one !== undefined && { first: one }),
        isOver: ({ domains }) => isOver(domains),
        say: (so) => say(so.domains, so),
      });
      return [found.domains, found];
    } finally {
      await database.stop();
      await rm(dir, { recursive: true, force: true });
    }
  },
};

const isOfAll = graph === undefined && domain === undefined;
const all: Found[] = [];
if (isOfAll || graph !== undefined) all.push(await searched(inGateway, graph));
if (isOfAll || domain !== undefined) all.push(await searched(inDatabase, domain));
const failures = all.flatMap((each) => each.failures);
console.log(failures.length === 0 ? 'Nothing leaks.' : 'It leaks.');
process.exit(failures.length === 0 && all.every(({ cases }) => cases > 0) ? 0 : 1);

/** Of either search. */
interface Found {
  readonly cases: number;
  readonly crossing: number;
  readonly compared: number;
  readonly failures: readonly string[];
}

interface Searching {
  /** The one that is looked at again. */
  readonly one: number | undefined;
  /** Asked before each, told how many there have been. */
  readonly isOver: (count: number) => boolean;
  readonly say: (count: number, found: Found) => void;
}

interface Search {
  readonly of: string;
  readonly run: (searching: Searching) => Promise<readonly [count: number, found: Found]>;
}

async function searched({ of, run }: Search, one: number | undefined): Promise<Found> {
  const end = performance.now() + seconds * (isOfAll ? 500 : 1_000);
  let told = 0;
  const [count, found] = await run({
    one,
    isOver: (each) => (one === undefined ? performance.now() >= end : each === 1),
    say(each, so) {
      for (const failure of so.failures.slice(told)) console.error(failure);
      told = so.failures.length;
      if (each % 10 === 0) console.error(`… ${summary(of, each, so)}`);
    },
  });
  console.log(summary(of, count, found));
  return found;
}

function summary(of: string, count: number, { cases, crossing, compared, failures: failed }: Found): string {
  const share = Math.round((100 * crossing) / Math.max(1, cases));
  return `${count} ${of}, ${cases} cases, ${share} % of them across a boundary, ${compared} compared value by value, ${failed.length} failures`;
}
