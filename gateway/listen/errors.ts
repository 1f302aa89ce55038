/** What the HTTP layer itself refuses, in the form that every answer of the gateway has. */
import type { FastifyError, FastifyInstance } from 'fastify';
import type { ErrorCode } from '../errors.ts';

export function serveErrors(app: FastifyInstance): void {
  app.setNotFoundHandler((_, reply) =>
    reply.code(404).send(errorBody('NOT_FOUND', 'There is nothing here. GraphQL is at /graphql.')),
  );
  app.setErrorHandler((error: FastifyError, _, reply) => {
    const status = error.statusCode ?? 500;
    return status < 500
      ? reply.code(status).send(errorBody('BAD_USER_INPUT', 'The HTTP request cannot be read.'))
      : reply.code(500).send(errorBody('INTERNAL', 'The gateway failed to answer.'));
  });
}

export function errorBody(code: ErrorCode, message: string) {
  return { errors: [{ message, extensions: { code } }] };
}

/** The gateway cannot listen where it was told to. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

export function listenError(cause: unknown, { host, port }: { host: string; port: number }): unknown {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return new ListenError(
        `Port ${port} on ${host} is taken by another program. Stop that program, or choose another port (PORT=${port + 1}).`,
        { cause },
      );
    case 'EACCES':
      return new ListenError(`Port ${port} needs more rights than this process has. Choose one above 1023.`, {
        cause,
      });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ListenError(`${host} is no address of this machine. Correct listen.host.`, { cause });
    default:
      return cause;
  }
}
