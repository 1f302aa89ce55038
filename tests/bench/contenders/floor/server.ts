/** Serves W1, W2 and W3 by hand: fetch, parse, merge, stringify. What a gateway written in JavaScript adds is measured from here. */
import { createServer, type IncomingMessage } from 'node:http';
import { Pool } from 'undici';
import { workload } from '../../workloads.ts';
import type { Ask } from './ask.ts';
import { heavy } from './heavy.ts';
import { listed, me } from './small.ts';

process.on('disconnect', () => process.exit());

const [urls = '{}', port = '0'] = process.argv.slice(2);
const pools = new Map(
  Object.entries<string>(JSON.parse(urls)).map(([name, url]) => [name, new Pool(new URL(url).origin)]),
);

type Program = (ask: Ask) => Promise<unknown>;

const programs = new Map<string, Program>([
  [documentOf('W1'), heavy],
  [documentOf('W2'), me],
  [documentOf('W3'), listed],
  ['{ __typename }', async () => ({ __typename: 'Query' })],
]);

function documentOf(name: string): string {
  return JSON.parse(workload(name, 'same').body(0)).query;
}

createServer((request, response) => {
  void collect(request).then(async (body) => {
    const { query } = JSON.parse(body.toString());
    const authorization = request.headers.authorization ?? '';
    const data = await programs.get(query)?.((...asked) => fetchFrom(authorization, ...asked));
    const answer = Buffer.from(JSON.stringify({ data }));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
    response.end(answer);
  });
}).listen(Number(port), '127.0.0.1');

function fetchFrom(authorization: string, subgraph: string, query: string, variables?: unknown) {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  return new Promise<any>((resolve, reject) => {
    const chunks: Buffer[] = [];
    pools.get(subgraph)?.dispatch(
      {
        path: '/graphql',
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: JSON.stringify({ query, variables }),
      },
      {
        onRequestStart() {},
        onResponseStart() {},
        onResponseData: (_, chunk) => void chunks.push(chunk),
        onResponseEnd: () => resolve(JSON.parse(Buffer.concat(chunks).toString()).data),
        onResponseError: (_, error) => reject(error),
      },
    );
  });
}

function collect(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => resolve(Buffer.concat(chunks)));
  });
}
