/** Signing in to the explorer, as a browser sees it. What is at /graphql reads no cookie: the page gets a token here, and sends that. */
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { attemptMs } from '../../login/attempts.ts';
import type { Login, Refusal } from '../../login/login.ts';
import { errorBody } from '../errors.ts';
import { isNavigation, isOwnLink, isOwnScript, whyNot } from './asked-by.ts';
import { attemptCookie, cookie, cookieIn, sessionCookie } from './cookies.ts';
import { sendNotSignedIn } from './page.ts';

/** Neither is kept nor asked for by HEAD; nobody has anything to say in a body. */
const once = { exposeHeadRoute: false, bodyLimit: 1_024 };

export function serveLogin(app: FastifyInstance, login: Login): void {
  app.get('/explorer/login', once, async ({ headers }, reply) => {
    if (!isOwnLink(headers)) return refuse(login, headers, reply);
    const begun = await login.begin(cookieIn(headers.cookie, sessionCookie));
    if (begun.kind !== 'begun') return refuseSignIn(reply, begun);
    const kept = cookie(attemptCookie, begun.binding, {
      sameSite: 'Lax',
      maxAgeSeconds: attemptMs / 1_000,
    });
    return redirect(reply, begun.url).header('set-cookie', kept).send();
  });

  app.get('/explorer/callback', once, async ({ headers, raw }, reply) => {
    if (!isNavigation(headers)) return refuse(login, headers, reply);
    const query = new URLSearchParams(raw.url?.split('?')[1]);
    const started = await login.finish(query, cookieIn(headers.cookie, attemptCookie));
    if (started.kind !== 'started') return refuseSignIn(reply, started);
    const kept = cookie(sessionCookie, started.id, { sameSite: 'Strict' });
    const gone = cookie(attemptCookie, '', { sameSite: 'Lax', maxAgeSeconds: 0 });
    // Always there: an address that came along could lead anywhere.
    return redirect(reply, `${login.publicUrl}/`).header('set-cookie', [kept, gone]).send();
  });

  const ownScript = { ...once, onRequest: refuseForeignScript(login) };

  app.post('/explorer/session', ownScript, async ({ headers }, reply) => {
    const id = cookieIn(headers.cookie, sessionCookie);
    const current = id === undefined ? refused : await login.current(id);
    reply.header('cache-control', 'no-store');
    if (current.kind === 'unavailable') return reply.code(503).headers(soon).send();
    if (current.kind !== 'handedOut') return reply.code(204).send();
    const { accessToken, expiresAt, name } = current;
    const seconds = Math.max(0, Math.floor((expiresAt - Date.now()) / 1_000));
    return reply.send({ access_token: accessToken, expires_in: seconds, name });
  });

  app.post('/explorer/logout', ownScript, async ({ headers }, reply) => {
    const id = cookieIn(headers.cookie, sessionCookie);
    const endSession = id === undefined ? undefined : await login.end(id);
    const gone = cookie(sessionCookie, '', { sameSite: 'Strict', maxAgeSeconds: 0 });
    return reply.headers({ 'cache-control': 'no-store', 'set-cookie': gone }).send({ endSession });
  });
}

const refused: Refusal = Object.freeze({ kind: 'refused' });

/** As soon as a provider that did not answer is asked again. */
const soon = Object.freeze({ 'retry-after': '2' });

function refuseSignIn(reply: FastifyReply, { kind }: Refusal): FastifyReply {
  return kind === 'unavailable' ? sendNotSignedIn(reply.headers(soon), 503) : sendNotSignedIn(reply, 400);
}

function refuse(login: Login, headers: IncomingHttpHeaders, reply: FastifyReply): FastifyReply {
  login.refuse(whyNot(headers));
  return sendNotSignedIn(reply, 403);
}

function redirect(reply: FastifyReply, location: string): FastifyReply {
  return reply.code(303).headers({ location, 'cache-control': 'no-store' });
}

function refuseForeignScript({ publicUrl }: Login) {
  return async ({ headers }: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    if (isOwnScript(headers, publicUrl)) return undefined;
    return reply.code(403).send(errorBody('FORBIDDEN', 'This answers only to the explorer of this gateway.'));
  };
}
