/** Hive Gateway, with the planner of its Rust router or with its own, with or without de-duplication of requests in flight. */
import { join } from 'node:path';
import { freePort, startNode, untilItAnswers } from '../measure/processes.ts';
import { peersFolder } from './install-peers.ts';
import type { Contender, Site } from './site.ts';

export interface HiveOptions {
  readonly name: string;
  readonly planner: 'rust' | 'own';
  readonly deduplicates: boolean;
}

export async function startHive({ supergraph }: Site, options: HiveOptions): Promise<Contender> {
  const port = await freePort();
  const program = join(peersFolder, 'node_modules/@graphql-hive/gateway/dist/bin.js');
  const config = join(peersFolder, 'hive.config.mjs');
  const args = ['supergraph', supergraph, '-c', config, '-h', '127.0.0.1', '-p', String(port), '--fork', '1'];
  const env = {
    BENCH_HIVE_PLANNER: options.planner,
    BENCH_HIVE_DEDUPLICATES: options.deduplicates ? 'yes' : 'no',
  };
  const child = startNode(program, args, { cwd: peersFolder, env });
  const url = `http://127.0.0.1:${port}/graphql`;
  return { name: options.name, url, child, startedAfter: await untilItAnswers(url, child) };
}
