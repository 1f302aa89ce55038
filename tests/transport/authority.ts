/** An authority of certificates for tests: made anew each time, so that no key is ever written down. */
import 'reflect-metadata';
import { createHash, webcrypto } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

cryptoProvider.set(webcrypto);

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

export interface Certified {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
  /** `x5t#S256` (RFC 8705 §3.1). */
  readonly thumbprint: string;
}

export interface Wanted {
  /** Days from now on; fewer than none: it has expired. */
  readonly days?: number;
  /** Names of a server; default: 127.0.0.1 and localhost. */
  readonly names?: readonly { readonly type: 'dns' | 'ip'; readonly value: string }[];
}

export interface Authority {
  /** PEM. */
  readonly certificate: string;
  certify(name: string, wanted?: Wanted): Promise<Certified>;
}

let serial = 0;

export async function createAuthority(name: string): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const own = await X509CertificateGenerator.createSelfSigned({
    ...lifeOf(10),
    name: `CN=${name}`,
    keys,
    signingAlgorithm: algorithm,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  });
  return {
    certificate: own.toString('pem'),
    async certify(subject, { days = 10, names = here } = {}) {
      const { publicKey, privateKey } = await webcrypto.subtle.generateKey(algorithm, true, [
        'sign',
        'verify',
      ]);
      const made = await X509CertificateGenerator.create({
        ...lifeOf(days),
        subject: `CN=${subject}`,
        issuer: own.subject,
        publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: algorithm,
        extensions: [
          new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
          new SubjectAlternativeNameExtension([...names]),
        ],
      });
      const thumbprint = createHash('sha256').update(Buffer.from(made.rawData)).digest('base64url');
      const secret = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey)).toString('base64');
      const key = `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----\n`;
      return { certificate: made.toString('pem'), key, thumbprint };
    },
  };
}

const here = [
  { type: 'ip', value: '127.0.0.1' },
  { type: 'dns', value: 'localhost' },
] as const;

function lifeOf(days: number) {
  serial += 1;
  const now = Date.now();
  const notAfter = new Date(now + days * 86_400_000);
  return {
    serialNumber: serial.toString(16).padStart(4, '0'),
    notBefore: new Date(Math.min(now, notAfter.getTime()) - 86_400_000),
    notAfter,
  };
}

/** Replaces files by renaming, as who renews certificates does. */
export async function put(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, `${name}.draft`), text, { mode: 0o600 });
    await rename(join(folder, `${name}.draft`), join(folder, name));
  }
}

/** As `NAME.pem` and `NAME.key`. */
export function putCertified(folder: string, name: string, { certificate, key }: Certified): Promise<void> {
  return put(folder, { [`${name}.key`]: key, [`${name}.pem`]: certificate });
}
