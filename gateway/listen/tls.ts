/** Answers over TLS, and knows by which certificate a client has proven who it is. */
import { createHash } from 'node:crypto';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { type SecureContextOptions, TLSSocket } from 'node:tls';
import type { ListenTls } from '../config.ts';
import { minVersion } from '../secrets/read-certificates.ts';
import type { Door } from './door.ts';

/** Milliseconds until a client has to have said who it is. */
const handshakeMs = 10_000;
/** Milliseconds that a connection rests: what Fastify has for plain HTTP. */
const restMs = 72_000;

export interface TlsOptions {
  readonly tls: NonNullable<Door['tls']>;
  readonly clientCertificates: ListenTls['clientCertificates'];
  readonly requestTimeoutMs: number;
  readonly incoming: typeof IncomingMessage;
}

export function createTlsServer(
  { tls, clientCertificates, requestTimeoutMs, incoming }: TlsOptions,
  answer: RequestListener,
): Server {
  const server = createServer(
    {
      ...materialOf(tls),
      requestCert: clientCertificates !== 'none',
      rejectUnauthorized: clientCertificates === 'required',
      handshakeTimeout: handshakeMs,
      requestTimeout: requestTimeoutMs,
      IncomingMessage: incoming,
    },
    answer,
  );
  server.keepAliveTimeout = restMs;
  // Before Node hands it on as an HTTP request that cannot be read, and that would be answered.
  server.prependListener('tlsClientError', (_, socket) => socket.destroy());
  server.on('secureConnection', remember);
  tls.onChange(() => server.setSecureContext(materialOf(tls)));
  return server;
}

function materialOf(tls: TlsOptions['tls']): SecureContextOptions {
  const { cert, key, ca } = tls.current();
  return { minVersion, ...(cert && { cert }), ...(key && { key }), ...(ca && { ca }) };
}

/** By connection: a certificate is the same for all requests on one. */
const thumbprints = new WeakMap<Duplex, string>();

/** With `optional`, one that no authority of ours has made comes as far as this. */
function remember(socket: TLSSocket): void {
  const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined;
  if (certificate !== undefined)
    thumbprints.set(socket, createHash('sha256').update(certificate.raw).digest('base64url'));
}

/** `x5t#S256` (RFC 8705 §3.1) of the client's certificate. */
export function certificateOf(socket: Duplex): string | undefined {
  return socket instanceof TLSSocket ? thumbprints.get(socket) : undefined;
}
