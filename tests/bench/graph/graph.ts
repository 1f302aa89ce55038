/** The benchmark's graph: its subgraphs as a process, and what a gateway is given of it. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { composeFile } from '@portcullis/schema/compose/compose';
import { describeProblem } from '@portcullis/schema/compose/problem';
import { startNode } from '../measure/processes.ts';
import { ledger, linked } from './rules.ts';

const names = ['accounts', 'inventory', 'products', 'reviews'] as const;

export interface Subgraph {
  readonly name: string;
  readonly url: string;
  /** Path of its SDL. */
  readonly schema: string;
}

export function startSubgraphs(): Promise<readonly Subgraph[]> {
  const child = startNode(join(import.meta.dirname, 'subgraphs.ts'), []);
  const started: Subgraph[] = [];
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the subgraphs ended with exit code ${code}`)));
    child.on('message', ({ name, port }: { readonly name: string; readonly port: number }) => {
      const schema = join(import.meta.dirname, `${name}.graphql`);
      started.push({ name, url: `http://127.0.0.1:${port}/graphql`, schema });
      if (started.length === names.length) resolve(started);
    });
  });
}

/** @returns the path of the composed graph */
export async function composeGraph(folder: string, subgraphs: readonly Subgraph[]): Promise<string> {
  const list = join(folder, 'supergraph.yaml');
  const entries = subgraphs.map(({ name, ...rest }) => [name, { owner: 'bench', ...rest }]);
  await writeFile(list, JSON.stringify({ subgraphs: Object.fromEntries(entries) }));
  const composition = await composeFile(list);
  if (composition.errors !== undefined)
    throw new Error(composition.errors.map((problem) => describeProblem(problem)).join('\n'));
  const file = join(folder, 'supergraph.graphql');
  await writeFile(file, composition.supergraphSdl);
  return file;
}

/** The same graph, larger by a subgraph that nobody asks, for which rules can be written. */
export async function composeLargeGraph(folder: string, subgraphs: readonly Subgraph[]): Promise<string> {
  const all: Subgraph[] = [];
  for (const subgraph of subgraphs) {
    const schema = join(folder, `${subgraph.name}.graphql`);
    await writeFile(schema, linked(await readFile(subgraph.schema, 'utf8')));
    all.push({ ...subgraph, schema });
  }
  const schema = join(folder, 'ledger.graphql');
  await writeFile(schema, ledger());
  return composeGraph(folder, [...all, { name: 'ledger', url: 'http://127.0.0.1:9/graphql', schema }]);
}
