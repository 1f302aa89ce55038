/** Sends a reply, or what a fault leaves of it. */
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random.ts';
import { type Fault, misshapen, withExtras } from './faults.ts';

const json = { 'content-type': 'application/json' };

export async function send(
  response: ServerResponse,
  body: string,
  fault: Fault | undefined,
  random: Random,
): Promise<void> {
  switch (fault) {
    case undefined:
    case 'field error':
      return whole(response, 200, body);
    case 'slow':
      await sleep(50 + random.below(450));
      return whole(response, 200, body);
    case 'extra':
      return whole(response, 200, withExtras(body));
    case 'pieces':
      return inPieces(response, body);
    case 'reset':
      response.socket?.destroy();
      return;
    case 'cut body':
      return cut(response, body, { ...json, 'content-length': Buffer.byteLength(body) });
    case 'cut chunks':
      return cut(response, body, json);
    case 'only errors':
      return whole(response, 200, '{"errors":[{"message":"the database is away"}]}');
    case 'status 500':
      return whole(response, 500, 'Internal Server Error');
    case 'status 503':
      return whole(response, 503, '{"errors":[{"message":"come back later"}]}');
    case 'no JSON':
      return whole(response, 200, body.slice(0, random.below(body.length)));
    case 'wrong shape':
      return whole(response, 200, misshapen(body, random));
    case 'hang':
      return;
  }
}

/** Its subgraph may have been stopped meanwhile, or its caller has gone. */
function whole(response: ServerResponse, status: number, body: string): void {
  if (response.destroyed) return;
  response.writeHead(status, { ...json, 'content-length': Buffer.byteLength(body) }).end(body);
}

/** In the middle of characters too. */
async function inPieces(response: ServerResponse, body: string): Promise<void> {
  const bytes = Buffer.from(body);
  const size = Math.ceil(bytes.length / 5);
  response.writeHead(200, json);
  for (let at = 0; at < bytes.length && !response.destroyed; at += size) {
    response.write(bytes.subarray(at, at + size));
    await sleep(1);
  }
  response.end();
}

async function cut(
  response: ServerResponse,
  body: string,
  headers: Record<string, string | number>,
): Promise<void> {
  if (response.destroyed) return;
  response.writeHead(200, headers);
  response.write(body.slice(0, Math.ceil(body.length / 2)));
  await sleep(2);
  response.socket?.destroy();
}
