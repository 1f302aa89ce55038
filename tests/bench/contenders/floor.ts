/** The floor: the same work written by hand for these operations and no others, without a check of anything. */
import { join } from 'node:path';
import { freePort, startNode, untilItAnswers } from '../measure/processes.ts';
import type { Contender, Site } from './site.ts';

export async function startFloor({ subgraphs }: Site): Promise<Contender> {
  const port = await freePort();
  const urls = JSON.stringify(Object.fromEntries(subgraphs.map(({ name, url }) => [name, url])));
  const child = startNode(join(import.meta.dirname, 'floor/server.ts'), [urls, String(port)]);
  const url = `http://127.0.0.1:${port}/`;
  const startedAfter = await untilItAnswers(url, child);
  // It knows the documents by heart: those that differ by request are not among them.
  return { name: 'hand-written floor', url, child, startedAfter, modes: ['same', 'auth'] };
}
