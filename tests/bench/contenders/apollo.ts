/** The reference: Apollo Server in front of the stock ApolloGateway. */
import { join } from 'node:path';
import { freePort, startNode, untilItAnswers } from '../measure/processes.ts';
import type { Contender, Site } from './site.ts';

export async function startApollo({ supergraph }: Site): Promise<Contender> {
  const port = await freePort();
  const child = startNode(join(import.meta.dirname, 'apollo-server.ts'), [supergraph, String(port)]);
  const url = `http://127.0.0.1:${port}/`;
  return { name: 'Apollo Gateway', url, child, startedAfter: await untilItAnswers(url, child) };
}
