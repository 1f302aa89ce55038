/** What the HTTP layer itself refuses, in the form that every answer of the gateway has. */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import type { ErrorCode } from '../errors.ts';
import { securityHeaders } from './headers.ts';

/** @param elsewhere what can be found here instead */
export function serveErrors(app: FastifyInstance, elsewhere: string): void {
  app.setNotFoundHandler((_, reply) =>
    reply.code(404).send(errorBody('NOT_FOUND', `There is nothing here. ${elsewhere}`)),
  );
  app.setErrorHandler((error: FastifyError, _, reply) => {
    const status = error.statusCode ?? 500;
    return status < 500
      ? reply.code(status).send(errorBody('BAD_USER_INPUT', unreadable))
      : reply.code(500).send(errorBody('INTERNAL', 'The gateway failed to answer.'));
  });
}

const unreadable = 'The HTTP request cannot be read.';

/** Before there is a route, hence without hooks: an address that cannot be decoded. */
export function refuseAddress({ statusCode = 400 }: FastifyError, _: unknown, reply: FastifyReply): void {
  reply.code(statusCode).headers(securityHeaders).send(errorBody('BAD_USER_INPUT', unreadable));
}

/** Statuses of what Node cannot read, and so has no request for. */
const unreadableStatus: ReadonlyMap<string | undefined, string> = new Map([
  ['HPE_HEADER_OVERFLOW', '431 Request Header Fields Too Large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', '408 Request Timeout'],
]);

export function refuseUnreadable({ code }: { readonly code?: string }, socket: Socket): void {
  if (code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  answerRaw(socket, unreadableStatus.get(code) ?? '400 Bad Request', errorBody('BAD_USER_INPUT', unreadable));
}

/** Where there is a socket and no response; the connection ends with it. */
export function answerRaw(socket: Duplex, status: string, content: unknown): void {
  const body = JSON.stringify(content);
  const headers = Object.entries({
    ...securityHeaders,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  });
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status}\r\n${lines}\r\n${body}`, () => socket.destroy());
}

export function errorBody(code: ErrorCode, message: string) {
  return { errors: [{ message, extensions: { code } }] };
}

/** The gateway cannot listen where it was told to. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

interface Wanted {
  readonly host: string;
  readonly port: number;
}

/** Where each is said. */
interface Settings {
  readonly host: string;
  readonly port: string;
}

export function listenError(cause: unknown, { host, port }: Wanted, settings: Settings): unknown {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return new ListenError(
        `Port ${port} on ${host} is taken by another program. Stop that program, or give the gateway another port (${settings.port}).`,
        { cause },
      );
    case 'EACCES':
      return new ListenError(
        `Port ${port} needs more rights than this process has. Choose one above 1023 (${settings.port}).`,
        { cause },
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ListenError(`${host} is no address of this machine. Correct ${settings.host}.`, { cause });
    default:
      return cause;
  }
}
