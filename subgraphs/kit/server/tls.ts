/** TLS of a subgraph: its certificate, and whose clients get in. The files are looked at again, so that they can be exchanged. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { Server, ServerOptions } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { Log } from './log.ts';

/** Paths of PEM files. */
export interface TlsSettings {
  readonly certificate: string;
  readonly key: string;
  /** Authorities of clients: who has no certificate of theirs gets no connection. Undefined: nobody is asked for one. */
  readonly clientCa: string | undefined;
}

type Material = Pick<ServerOptions, 'cert' | 'key' | 'ca' | 'minVersion'>;

const LOOK_MS = 1_000;
/** A caller that does not say who it is within so long has no use for the connection. */
const HANDSHAKE_MS = 10_000;

/** @throws Error that names the setting and what to do, and quotes nothing of a file */
export async function tlsOptions(settings: TlsSettings): Promise<ServerOptions> {
  return {
    ...(await read(settings)),
    requestCert: settings.clientCa !== undefined,
    rejectUnauthorized: true,
    handshakeTimeout: HANDSHAKE_MS,
  };
}

/** New connections have what is in the files now, unless it cannot be used: then what was in force stays so. */
export function followTls(server: Server, settings: TlsSettings, log: Log): () => void {
  let known: string | undefined;
  let refused: string | undefined;
  const look = async () => {
    const state = await stateOf(settings);
    if (state === known && refused === undefined) return;
    known = state;
    try {
      server.setSecureContext(await read(settings));
      refused = undefined;
      log.info('certificates were read');
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'they cannot be read';
      if (reason !== refused)
        log.error({ reason }, 'other certificates were refused: those before stay in force');
      refused = reason;
    }
  };
  void look();
  const timer = setInterval(() => void look(), LOOK_MS).unref();
  return () => clearInterval(timer);
}

async function stateOf({ certificate, key, clientCa }: TlsSettings): Promise<string> {
  const files = [certificate, key, ...(clientCa === undefined ? [] : [clientCa])];
  const states = files.map((file) =>
    stat(file).then(
      ({ ino, size, mtimeMs }) => `${ino} ${size} ${mtimeMs}`,
      () => 'away',
    ),
  );
  return (await Promise.all(states)).join();
}

async function read({ certificate, key, clientCa }: TlsSettings): Promise<Material> {
  const cert = await textOf('TLS_CERTIFICATE', certificate);
  const secret = await textOf('TLS_KEY', key);
  const ca = clientCa === undefined ? undefined : await textOf('TLS_CLIENT_CA', clientCa);
  const leaf = or(() => new X509Certificate(cert), 'TLS_CERTIFICATE holds no certificate in PEM form');
  const own = or(
    () => createPrivateKey(secret),
    'TLS_KEY holds no private key in PEM form, or one with a passphrase',
  );
  if (!leaf.checkPrivateKey(own))
    throw new Error('TLS_KEY is not the key of the certificate in TLS_CERTIFICATE');
  if (ca !== undefined) or(() => new X509Certificate(ca), 'TLS_CLIENT_CA holds no certificate in PEM form');
  const material: Material = {
    cert,
    key: secret,
    minVersion: 'TLSv1.2',
    ...(ca !== undefined && { ca }),
  };
  or(() => createSecureContext(material), 'TLS_CERTIFICATE and TLS_KEY cannot be used together');
  return material;
}

/** Without the cause: it may quote a secret. */
function or<T>(make: () => T, otherwise: string): T {
  try {
    return make();
  } catch {
    throw new Error(otherwise);
  }
}

async function textOf(setting: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new Error(`${setting}: the file ${file} cannot be read`, { cause });
  }
}
