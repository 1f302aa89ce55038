/** `npm run bench`: processor time per request, ours beside a stock Apollo gateway, on the same graph at the same time. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { composeFile } from '@portcullis/schema/compose/compose';
import { describeProblem } from '@portcullis/schema/compose/problem';
import { type Contender, measure, send } from './measure.ts';
import { type BenchOperation, operations } from './operations.ts';
import { freePort, startNode, stopAll, untilItAnswers } from './processes.ts';

const rounds = 7;
const house = join(import.meta.dirname, '../..');

const scratch = await mkdtemp(join(tmpdir(), 'portcullis-bench-'));
try {
  const supergraph = join(scratch, 'supergraph.graphql');
  await writeFile(supergraph, await compose(await startSubgraphs()));
  const contenders = [await startOurs(supergraph), await startStock(supergraph)] as const;
  console.log(
    '| operation | Portcullis, ms/request | stock gateway, ms/request | ratio |\n|---|---:|---:|---:|',
  );
  for (const operation of operations) console.log(await row(operation, contenders));
  console.log(
    `\nProcessor time of the gateway's process alone; median of ${rounds} interleaved rounds; equal answers checked.`,
  );
} finally {
  await stopAll();
  await rm(scratch, { recursive: true });
}

async function row(
  operation: BenchOperation,
  [ours, stock]: readonly [Contender, Contender],
): Promise<string> {
  await compareAnswers(operation, ours, stock);
  const spent = new Map<Contender, number[]>([
    [ours, []],
    [stock, []],
  ]);
  const count = await requestsFor(operation, ours);
  for (const contender of [ours, stock]) await measure(contender, operation, count);
  for (let round = 0; round < rounds; round += 1) {
    // Who goes first alternates, so that neither always follows the other's garbage.
    for (const contender of round % 2 === 0 ? [ours, stock] : [stock, ours]) {
      spent.get(contender)?.push(await measure(contender, operation, count));
    }
  }
  const [mine, theirs] = [median(spent.get(ours)), median(spent.get(stock))];
  return `| ${operation.name} | ${mine.toFixed(2)} | ${theirs.toFixed(2)} | ${(mine / theirs).toFixed(2)} |`;
}

/** A speed is worth nothing unless the answer is right. */
async function compareAnswers(operation: BenchOperation, ours: Contender, stock: Contender): Promise<void> {
  const [mine, theirs] = [await send(ours, operation), await send(stock, operation)];
  if (isDeepStrictEqual(mine, theirs)) return;
  throw new Error(
    `the answers to "${operation.name}" differ:\n${JSON.stringify(mine)}\n${JSON.stringify(theirs)}`,
  );
}

/** As many requests as take about a second: the clock of /proc ticks every ten milliseconds. */
async function requestsFor(operation: BenchOperation, contender: Contender): Promise<number> {
  const probe = 60;
  await measure(contender, operation, probe);
  const each = await measure(contender, operation, probe);
  return Math.min(Math.max(Math.round(900 / Math.max(each, 0.3)), probe), 3000);
}

function median(values: readonly number[] = []): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function compose(environment: NodeJS.ProcessEnv): Promise<string> {
  const composition = await composeFile(join(import.meta.dirname, 'fixture/supergraph.yaml'), environment);
  if (composition.errors === undefined) return composition.supergraphSdl;
  throw new Error(composition.errors.map((problem) => describeProblem(problem)).join('\n'));
}

/** Their addresses, as the variables that supergraph.yaml asks for. */
function startSubgraphs(): Promise<NodeJS.ProcessEnv> {
  const child = startNode(join(import.meta.dirname, 'subgraphs.ts'), []);
  const environment: NodeJS.ProcessEnv = {};
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the subgraphs ended with exit code ${code}`)));
    child.on(
      'message',
      ({ name, address }: { readonly name: string; readonly address: { readonly port: number } }) => {
        environment[`${name.toUpperCase()}_URL`] = `http://127.0.0.1:${address.port}/graphql`;
        if (Object.keys(environment).length === 4) resolve(environment);
      },
    );
  });
}

async function startOurs(supergraph: string): Promise<Contender> {
  const port = String(await freePort());
  const args = ['gateway', '--supergraph', supergraph, '--port', port, '--open'];
  const child = startNode(join(house, 'cli/portcullis.mjs'), args);
  const url = `http://127.0.0.1:${port}/graphql`;
  await untilItAnswers(url, child);
  return { child, url };
}

async function startStock(supergraph: string): Promise<Contender> {
  const port = String(await freePort());
  const child = startNode(join(import.meta.dirname, 'stock.ts'), [supergraph, port]);
  const url = `http://127.0.0.1:${port}/`;
  await untilItAnswers(url, child);
  return { child, url };
}
