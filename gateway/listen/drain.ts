/** Closing without cutting anybody off: what is underway ends, what only waits does not hold us up. */
import type { FastifyInstance } from 'fastify';

/**
 * Counts requests, since Node counts connections: one that has asked nothing yet (a browser opens some ahead) passes
 * for a busy one there, and would keep the server open until its timeout.
 * @returns closes the server when the last request has ended, at the latest after `longestMs`
 */
export function prepareDrain(app: FastifyInstance): (longestMs: number) => Promise<void> {
  let underway = 0;
  let ended = () => {};
  app.addHook('onRequest', async (_, reply) => {
    underway += 1;
    // Comes once, answered or not; Fastify's own hook is not called where the client has left.
    reply.raw.once('close', () => {
      underway -= 1;
      if (underway === 0) ended();
    });
  });
  return async (longestMs) => {
    const closed = app.close();
    const closeAll = () => app.server.closeAllConnections();
    const impatience = setTimeout(closeAll, longestMs);
    ended = closeAll;
    if (underway === 0) closeAll();
    await closed;
    clearTimeout(impatience);
  };
}
