/** Reads PEM files, and says in words what is wrong with them: what OpenSSL says of it helps nobody. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContext } from 'node:tls';
import { InternalError } from '../errors.ts';
import { readPrivate } from './secret-file.ts';

/** Paths. Certificate and key are both there, or neither is. */
export interface CertificateFiles {
  /** With those between it and its authority behind it. */
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  /** Authorities that are trusted, and no others; undefined: those that Node.js trusts. */
  readonly ca: string | undefined;
}

/** As `tls` takes it. */
export interface TlsMaterial {
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly ca: string | undefined;
  /** Of the three, for connections that the gateway makes. */
  readonly context: SecureContext;
  /** The end of the certificate. */
  readonly validTo: Date | undefined;
}

/** Older ones are broken (RFC 8996). */
export const minVersion = 'TLSv1.2';

/** @throws InternalError, which quotes nothing of a file */
export async function readCertificates(setting: string, files: CertificateFiles): Promise<TlsMaterial> {
  const [cert, key, ca] = await Promise.all([
    read(`${setting}.certificate`, files.certificate),
    readKey(`${setting}.key`, files.key),
    read(`${setting} (authorities)`, files.ca),
  ]);
  const leaf = cert && certificatesIn(cert)[0];
  if (leaf !== undefined && key !== undefined) {
    if (!leaf.checkPrivateKey(keyIn(key)))
      throw new InternalError(
        `${setting}: the key ${key.file} is not that of the first certificate in ${cert?.file}. Put the key beside the certificate that was made for it; where others follow the first, it has to come before them.`,
      );
  }
  if (ca !== undefined) certificatesIn(ca);
  const texts = { cert: cert?.text, key: key?.text, ca: ca?.text };
  return { ...texts, context: contextOf(setting, texts), validTo: leaf && new Date(leaf.validTo) };
}

interface Pem {
  readonly setting: string;
  readonly file: string;
  readonly text: string;
}

const ifExposed = 'If somebody may have read it, take another key and certificate.';

async function readKey(setting: string, file: string | undefined): Promise<Pem | undefined> {
  if (file === undefined) return undefined;
  const text = await readPrivate({ name: setting, file, ifExposed });
  if (text !== undefined) return { setting, file, text };
  throw new InternalError(`${setting}: the file ${file} cannot be read (ENOENT).`);
}

async function read(setting: string, file: string | undefined): Promise<Pem | undefined> {
  if (file === undefined) return undefined;
  try {
    return { setting, file, text: await readFile(file, 'utf8') };
  } catch (cause) {
    throw new InternalError(`${setting}: the file ${file} cannot be read (${codeOf(cause)}).`, { cause });
  }
}

function certificatesIn({ setting, file, text }: Pem): readonly X509Certificate[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0)
    throw new InternalError(
      `${setting}: ${file} holds no certificate. It has to hold one or several in PEM form (-----BEGIN CERTIFICATE-----).`,
    );
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(block);
    } catch (cause) {
      throw new InternalError(`${setting}: certificate ${index + 1} in ${file} cannot be read.`, { cause });
    }
  });
}

function keyIn({ setting, file, text }: Pem): KeyObject {
  try {
    return createPrivateKey(text);
  } catch {
    // Without the cause: the file is a secret.
    throw new InternalError(
      `${setting}: ${file} holds no private key that can be read. It has to hold one in PEM form (-----BEGIN PRIVATE KEY-----), without a passphrase.`,
    );
  }
}

function contextOf(setting: string, texts: Pick<TlsMaterial, 'cert' | 'key' | 'ca'>): SecureContext {
  try {
    const given = Object.entries(texts).filter(([, text]) => text !== undefined);
    return createSecureContext({ ...Object.fromEntries(given), minVersion });
  } catch (cause) {
    throw new InternalError(`${setting}: the certificate cannot be used (${codeOf(cause)}).`);
  }
}

function codeOf(cause: unknown): string {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'unknown';
}
