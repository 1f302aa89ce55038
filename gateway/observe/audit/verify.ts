/** Checks an audit trail from its first line to its last: nothing altered, taken out, put in or moved since it was written. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { JSONWebKeySet } from 'jose';
import { type ChainHead, emptyChain, isSigned, readLine } from './chain.ts';

export interface AuditReport {
  readonly ok: boolean;
  /** Lines that are in order. */
  readonly lines: number;
  readonly head: string;
  /** Lines up to the last checkpoint whose signature was checked: nobody without the gateway's key has written them. */
  readonly signed: number;
  readonly from: string | undefined;
  readonly until: string | undefined;
  /** The first line that is not in order; all after it are in doubt. */
  readonly fault: { readonly line: number; readonly message: string } | undefined;
}

export interface VerifyOptions {
  /** The gateway's public keys; undefined: signatures are not checked. */
  readonly keys?: JSONWebKeySet | undefined;
  /** A hash that the trail has to contain: of a checkpoint that a log of another machine holds. */
  readonly head?: string | undefined;
}

export async function verifyTrail(file: string, { keys, head: wanted }: VerifyOptions): Promise<AuditReport> {
  const known = keys && keysById(keys);
  let head: ChainHead = emptyChain;
  let signed = 0;
  let from: string | undefined;
  let until: string | undefined;
  let isFound = wanted === undefined;
  const report = (fault?: AuditReport['fault']): AuditReport => {
    return { ok: fault === undefined, lines: head.length, head: head.hash, signed, from, until, fault };
  };
  for await (const text of createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    const line = readLine(text, head);
    const place = head.length + 1;
    if (line.fault !== undefined) return report({ line: place, message: line.fault });
    const { kind, at } = line.value;
    if (kind === 'checkpoint' && known !== undefined) {
      const message = faultOfCheckpoint(line.value, head, known);
      if (message !== undefined) return report({ line: place, message });
      signed = head.length;
    }
    head = line.head;
    isFound ||= head.hash === wanted;
    from ??= String(at);
    until = String(at);
  }
  if (isFound) return report();
  const message = `the trail does not contain ${wanted}: lines are missing at its end, or it is another trail`;
  return report({ line: head.length, message });
}

function faultOfCheckpoint(
  { kid, signature }: Readonly<Record<string, unknown>>,
  before: ChainHead,
  keys: ReadonlyMap<unknown, KeyObject>,
): string | undefined {
  const key = keys.get(kid);
  if (key === undefined)
    return `the checkpoint is signed with the key ${JSON.stringify(kid)}, which is not among those given. It may be a former one: add what /.well-known/jwks.json said then, or what \`portcullis key rotate\` has kept beside the key (FILE.former.jwks.json), with another --keys`;
  const good = typeof signature === 'string' && isSigned(before, signature, key);
  return good ? undefined : 'the signature of the checkpoint is not of the gateway, or not of this chain';
}

function keysById({ keys }: JSONWebKeySet): ReadonlyMap<unknown, KeyObject> {
  return new Map(
    keys.map(({ kty = '', crv = '', x = '', kid }) => [
      kid,
      createPublicKey({ key: { kty, crv, x }, format: 'jwk' }),
    ]),
  );
}
