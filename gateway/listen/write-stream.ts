/** Writes a body that comes in pieces: each as soon as it is there, and none before the reader has taken those before. */
import type { ServerResponse } from 'node:http';
import type { StreamResponse } from '../request.ts';
import { securityHeaders } from './headers.ts';
import { lastWordMs } from './last-word.ts';

export interface StreamPace {
  /** After so much silence, a ping. */
  readonly pingMs: number;
  /** A reader that takes nothing for so long is given up. */
  readonly stalledMs: number;
}

/** Resolves when the body has ended, or nobody takes it any more. */
export async function writeStream(
  response: ServerResponse,
  { status, headers, body, onGone }: StreamResponse,
  pace: StreamPace,
): Promise<void> {
  response.writeHead(status, { ...securityHeaders, ...headers });
  response.flushHeaders();
  const pings = startPings(response, body.ping, pace.pingMs);
  cutWhenGone(response, onGone);
  try {
    for await (const piece of body) {
      if (response.destroyed) break;
      pings.refresh();
      if (!response.write(piece)) await taken(response, pace.stalledMs);
    }
    response.end();
    destroyAfter(response, pace.stalledMs);
  } finally {
    clearInterval(pings);
    // The headers are gone: a stream that failed must not look like one that ended.
    if (!response.writableEnded) response.destroy();
  }
}

/** What is said last to a caller that is not known any more gets a moment; what it has not taken by then, it does not get. */
function cutWhenGone(response: ServerResponse, onGone: StreamResponse['onGone']): void {
  // Then nobody would say that it is closed.
  if (response.destroyed) return;
  const forget = onGone(() => destroyAfter(response, lastWordMs));
  response.once('close', forget);
}

/** Unless all of it has been taken by then. */
function destroyAfter(response: ServerResponse, ms: number): void {
  if (response.destroyed) return;
  const cut = setTimeout(() => response.destroy(), ms);
  response.once('close', () => clearTimeout(cut));
}

/** Not to a reader who has not yet taken what was sent before. */
function startPings(response: ServerResponse, ping: string, pingMs: number): NodeJS.Timeout {
  return setInterval(() => {
    if (!response.writableNeedDrain && !response.destroyed) response.write(ping);
  }, pingMs);
}

/** What waits here is one piece and what the socket holds; the source waits too. */
function taken(response: ServerResponse, stalledMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(stalled);
      response.off('drain', done).off('close', done);
      resolve();
    };
    const stalled = setTimeout(() => response.destroy(), stalledMs);
    response.once('drain', done).once('close', done);
    if (response.destroyed) done();
  });
}
