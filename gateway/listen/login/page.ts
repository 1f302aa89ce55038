/** What a browser shows when nobody was signed in: always the same page, whatever the reason. */
import type { FastifyReply } from 'fastify';

const policy =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export function sendNotSignedIn(reply: FastifyReply, status: 400 | 403 | 503): FastifyReply {
  return reply
    .code(status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'cache-control': 'no-store',
    })
    .send(page);
}

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Portcullis: not signed in</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/explorer/explorer.css" />
  </head>
  <body>
    <header><strong>Portcullis</strong></header>
    <main class="notice">
      <h1>You are not signed in</h1>
      <p>Signing in did not work. <a href="/explorer/login">Sign in again</a>, or go <a href="/">back to the explorer</a>.</p>
      <p>If it fails again, tell the people who run this gateway when it happened: its log says why.</p>
    </main>
  </body>
</html>
`;
