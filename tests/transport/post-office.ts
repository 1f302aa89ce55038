/** Stands between a gateway and a subgraph: keeps each request to the byte, and loses answers where a test says so. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request as requestHttp, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Letter {
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface PostOffice {
  /** In place of the subgraph's. */
  readonly url: string;
  readonly letters: Letter[];
  /** Of so many requests from now on the subgraph gets to know, and the gateway no answer. */
  loseAnswers(count: number): void;
  close(): Promise<void>;
}

export async function openPostOffice(subgraph: string): Promise<PostOffice> {
  const letters: Letter[] = [];
  let toLose = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const letter = {
        rawHeaders: request.rawHeaders,
        headers: request.headers,
        body: await bytesOf(request),
      };
      letters.push(letter);
      toLose -= 1;
      const isLost = toLose >= 0;
      await deliver(subgraph, letter, isLost ? undefined : response);
      if (isLost) request.socket.destroy();
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    letters,
    loseAnswers(count) {
      toLose = count;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Sends the letter as it is, or with another body. Resolves when the subgraph has answered. */
export function deliver(subgraph: string, letter: Letter, response?: ServerResponse): Promise<number> {
  return new Promise((resolve, reject) => {
    const names = letter.rawHeaders.filter((_, at) => at % 2 === 0);
    const headers = Object.fromEntries(names.map((name) => [name, letter.headers[name.toLowerCase()] ?? '']));
    const sent = requestHttp(subgraph, { method: 'POST', headers, agent: false }, (answer) => {
      const { statusCode = 0 } = answer;
      if (response === undefined) answer.resume();
      else {
        response.writeHead(statusCode, answer.headers);
        answer.pipe(response);
      }
      answer.once('end', () => resolve(statusCode)).once('error', reject);
      response?.once('close', () => answer.destroy());
    });
    sent.once('error', reject);
    sent.end(letter.body);
  });
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
