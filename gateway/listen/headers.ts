/** Headers of every answer, unless a route says otherwise. */
import type { FastifyInstance } from 'fastify';

export const securityHeaders = Object.freeze({
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  // No answer but the explorer is a document; shown as one, it may do nothing.
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
});

export function sendSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onSend', async (_, reply) => {
    for (const [name, value] of Object.entries(securityHeaders))
      if (!reply.hasHeader(name)) reply.header(name, value);
  });
}
