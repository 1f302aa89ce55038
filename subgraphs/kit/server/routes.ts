/** What a request comes to: the two probes, or a token and then GraphQL. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Session } from '../database/session.ts';
import type { StatementRecord } from '../database/statement-observer.ts';
import { authenticate } from '../identity/authenticate.ts';
import type { Identity } from '../identity/identity.ts';
import type { TokenProfile } from '../identity/verify.ts';
import { type Answer, BadRequest, INTERNAL, NOT_FOUND, send, UNAUTHENTICATED } from './answer.ts';
import { readJson } from './body.ts';
import type { Engine } from './engine.ts';
import { type Log, loggedFault } from './log.ts';
import type { Readiness } from './readiness.ts';
import { type RequestIds, requestIds } from './request-ids.ts';

/** The gateway sends representations of many entities in one body. */
const BODY_LIMIT = 10 * 1024 * 1024;

export interface RouteOptions {
  readonly profile: TokenProfile;
  readonly engine: Engine;
  readonly ready: () => Promise<Readiness>;
  readonly openSession: (identity: Identity, scope: SessionScope) => Session;
  readonly log: Log;
}

/** What a session is bound to beside an identity. */
export interface SessionScope {
  readonly ids: RequestIds;
  readonly signal: AbortSignal;
  readonly onStatement: (record: StatementRecord) => void;
}

/** Makes the handler of all requests; it never rejects. */
export function createRoutes(options: RouteOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url?.split('?', 1)[0];
    if (path === '/healthz') return send(response, { status: 200, body: '{"status":"alive"}' });
    if (path === '/readyz') return sendReadiness(response, await options.ready());
    const ids = requestIds(request.headers);
    const log = options.log.child(ids);
    try {
      send(response, await answerTo(request, response, { ...options, ids, log }));
    } catch (error) {
      if (error instanceof BadRequest) return send(response, error.answer);
      // The caller has gone: there is nobody to answer and nothing wrong with us.
      if (request.destroyed && !request.complete) return;
      log.error({ fault: loggedFault(error) }, 'a fault of the subgraph');
      send(response, INTERNAL);
    }
  };
}

function sendReadiness(response: ServerResponse, { ready, reason }: Readiness): void {
  send(response, {
    status: ready ? 200 : 503,
    body: JSON.stringify({ status: ready ? 'ready' : 'not ready', reason }),
  });
}

interface Underway extends RouteOptions {
  readonly ids: RequestIds;
}

/** The token comes first: without it a request learns not even whether a path exists. */
async function answerTo(
  request: IncomingMessage,
  response: ServerResponse,
  underway: Underway,
): Promise<Answer> {
  const known = await authenticate(request.headersDistinct, underway.profile);
  if ('refused' in known) {
    underway.log.warn({ reason: known.refused }, 'token refused');
    return UNAUTHENTICATED;
  }
  if (request.url !== '/graphql') return NOT_FOUND;
  if (request.method !== 'POST') throw new BadRequest(405, 'use POST', { allow: 'POST' });
  const body = await readJson(request, BODY_LIMIT);
  return answerGraphql(body, known.identity, { ...underway, signal: whenGone(response) });
}

async function answerGraphql(
  body: unknown,
  identity: Identity,
  { engine, openSession, log, ids, signal }: Underway & { signal: AbortSignal },
): Promise<Answer> {
  const started = performance.now();
  let statements = 0;
  let rows = 0;
  const session = openSession(identity, {
    ids,
    signal,
    onStatement(record) {
      statements += 1;
      rows += record.rows;
      const level = record.outcome === 'INTERNAL' ? 'error' : 'debug';
      log[level](record, 'statement');
    },
  });
  const answer = await engine.execute(body, { session, identity, loaders: new Map(), log });
  const durationMs = Math.round((performance.now() - started) * 10) / 10;
  const { transaction, snapshot, workload } = identity;
  log.info(
    {
      status: answer.status,
      durationMs,
      statements,
      rows,
      transaction,
      snapshot,
      workload,
      cancelled: signal.aborted,
    },
    'request',
  );
  return answer;
}

/** Aborted when the connection ends before the answer has. */
function whenGone(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}
