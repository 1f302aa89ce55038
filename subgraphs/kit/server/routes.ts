/** What a request comes to: the two probes, or a token and then GraphQL. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FormattedExecutionResult, GraphQLSchema } from 'graphql';
import { authenticate } from '../identity/authenticate.ts';
import { type BodyDemand, reasonAgainstBody } from '../identity/body-binding.ts';
import type { Identity } from '../identity/identity.ts';
import type { TokenProfile } from '../identity/verify.ts';
import { streamEvents, wantsEventStream } from '../subscribe/event-stream.ts';
import { readOperation, readRequest } from '../subscribe/operation.ts';
import type { SubscriptionSettings } from '../subscribe/settings.ts';
import type { Results, Subscriptions } from '../subscribe/subscriptions.ts';
import { type Answer, BadRequest, BUSY, INTERNAL, NOT_FOUND, send, UNAUTHENTICATED } from './answer.ts';
import { parseJson, readBytes } from './body.ts';
import type { Engine } from './engine.ts';
import { type Log, loggedFault } from './log.ts';
import type { Readiness } from './readiness.ts';
import { type RequestIds, requestIds } from './request-ids.ts';
import { createRequestScope, type Serving } from './request-scope.ts';

/** The gateway sends representations of many entities in one body. */
const BODY_LIMIT = 10 * 1024 * 1024;

export interface RouteOptions extends Serving {
  readonly profile: TokenProfile;
  readonly demand: BodyDemand;
  readonly engine: Engine;
  readonly ready: () => Promise<Readiness>;
  readonly schema: GraphQLSchema;
  readonly subscriptions: Subscriptions;
  readonly settings: SubscriptionSettings;
  readonly log: Log;
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
      const answer = await answerTo(request, response, { ...options, ids, log });
      if (answer !== undefined) send(response, answer);
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

/**
 * The token comes first: without it a request learns not even whether a path exists.
 * @returns undefined where the answer has been streamed
 */
async function answerTo(
  request: IncomingMessage,
  response: ServerResponse,
  underway: Underway,
): Promise<Answer | undefined> {
  const known = await authenticate(request.headersDistinct, underway.profile);
  if ('refused' in known) return refused(known.refused, underway);
  const bytes = await readBytes(request, BODY_LIMIT);
  const reason = reasonAgainstBody(known.binding, bytes, underway.demand);
  if (reason !== undefined) return refused(reason, underway);
  if (request.url !== '/graphql') return NOT_FOUND;
  if (request.method !== 'POST') throw new BadRequest(405, 'use POST', { allow: 'POST' });
  const body = parseJson(request.headers, bytes);
  if (wantsEventStream(request.headers)) {
    return answerEvents(body, response, { ...underway, identity: known.identity });
  }
  return answerGraphql(body, known.identity, { ...underway, signal: whenGone(response) });
}

function refused(reason: string, { log }: Underway): Answer {
  log.warn({ reason }, 'token refused');
  return UNAUTHENTICATED;
}

async function answerEvents(
  body: unknown,
  response: ServerResponse,
  { schema, subscriptions, settings, ...subscriber }: Underway & { readonly identity: Identity },
): Promise<Answer | undefined> {
  const read = readOperation(schema, readRequest(body));
  // GraphQL over SSE has what is wrong with the operation in the stream; stock clients show nothing of another answer.
  const results = 'errors' in read ? only(read) : subscriptions.open(read.operation, subscriber);
  if (results === undefined) return BUSY;
  await streamEvents(response, results, settings);
  return undefined;
}

async function* only(result: FormattedExecutionResult): Results {
  yield result;
}

async function answerGraphql(
  body: unknown,
  identity: Identity,
  { engine, domain, openSession, log, ids, signal }: Underway & { signal: AbortSignal },
): Promise<Answer> {
  const started = performance.now();
  let statements = 0;
  let rows = 0;
  const onStatement = (read: number) => {
    statements += 1;
    rows += read;
  };
  const scope = createRequestScope({ domain, openSession }, { identity, ids, log, signal, onStatement });
  const answer = await engine.execute(body, scope);
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
