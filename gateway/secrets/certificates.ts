/**
 * By what the gateway is known over TLS, and whom it trusts: certificate, key and authorities, in PEM files that are followed. They are in
 * force together or not at all, so that a key is never used with another's certificate.
 */
import { followFile } from '../files/follow-file.ts';
import { type CertificateFiles, readCertificates, type TlsMaterial } from './read-certificates.ts';

export interface Certificates {
  current(): TlsMaterial;
  /** Told when others are in force. */
  onChange(listener: () => void): void;
  /** Why the files as they are now are not in force, if they are not. */
  refusal(): string | undefined;
  close(): void;
}

export interface CertificateEvents {
  /** In force from now on, at the start too. */
  readonly read: (event: { readonly setting: string; readonly validTo: string | undefined }) => void;
  /** They cannot be used: what was in force stays in force. */
  readonly refused: (event: { readonly setting: string; readonly reason: string }) => void;
  /** Told once of each certificate that ends soon, and once when it has ended. */
  readonly ending: (event: {
    readonly setting: string;
    readonly validTo: string;
    readonly isOver: boolean;
  }) => void;
}

/** Milliseconds: it takes people some days to have another one made. */
const soon = 14 * 86_400_000;
/** Milliseconds between two looks at the clock. */
const lookMs = 3_600_000;

/** @throws InternalError naming the setting, the file and what to do */
export async function openCertificates(
  setting: string,
  files: CertificateFiles,
  events: CertificateEvents,
): Promise<Certificates> {
  const since = Date.now();
  const listeners: (() => void)[] = [];
  let material = await readCertificates(setting, files);
  const tellRead = () => events.read({ setting, validTo: material.validTo?.toISOString() });
  const expiry = watchExpiry(setting, () => material.validTo, events);
  const followed = followFile({
    file: [files.certificate, files.key, files.ca].filter((file) => file !== undefined),
    since,
    async read() {
      material = await readCertificates(setting, files);
      for (const listener of listeners) listener();
      tellRead();
      expiry.look();
    },
    refused: (reason) => events.refused({ setting, reason }),
  });
  tellRead();
  expiry.look();
  return {
    current: () => material,
    onChange: (listener) => void listeners.push(listener),
    refusal: () => followed.refusal(),
    close() {
      expiry.close();
      followed.close();
    },
  };
}

/** A certificate ends while nobody looks. */
function watchExpiry(
  setting: string,
  validTo: () => Date | undefined,
  { ending }: Pick<CertificateEvents, 'ending'>,
) {
  let told: string | undefined;
  const look = () => {
    const end = validTo();
    const left = (end?.getTime() ?? Number.POSITIVE_INFINITY) - Date.now();
    if (end === undefined || left > soon) return;
    const isOver = left <= 0;
    const what = `${end.toISOString()} ${isOver}`;
    if (what !== told) ending({ setting, validTo: end.toISOString(), isOver });
    told = what;
  };
  const timer = setInterval(look, lookMs).unref();
  return { look, close: () => clearInterval(timer) };
}
