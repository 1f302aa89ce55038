/** How connections to subgraphs are secured. */
import type { ConnectionOptions } from 'node:tls';
import type { Certificates } from '../secrets/certificates.ts';

export type ClientTls = Pick<Certificates, 'current' | 'onChange'>;

/**
 * As it is at this moment. That the other side is verified is said, and not left to a default: an environment variable of Node.js
 * (NODE_TLS_REJECT_UNAUTHORIZED) would change it.
 */
export function secured(
  tls: ClientTls | undefined,
): Pick<ConnectionOptions, 'rejectUnauthorized' | 'secureContext'> {
  return tls === undefined
    ? { rejectUnauthorized: true }
    : { rejectUnauthorized: true, secureContext: tls.current().context };
}
