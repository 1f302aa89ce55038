/** Signs a Txn-Token (docs/subgraph-protocol.md). */
import { createHash, randomUUID } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import type { Obligations } from '@portcullis/policies/engine/view';
import { SignJWT } from 'jose';
import { InternalError } from '../errors.ts';
import type { SigningKey } from '../secrets/signing-key.ts';
import type { CallerClaims } from './caller-claims.ts';
import type { TokenRequest } from './token-request.ts';

/** Characters of a token: Node refuses a request whose headers are longer than 16 kB, and others half of that. */
const longest = 12_288;

export interface Signing {
  readonly claims: CallerClaims;
  readonly issuer: string;
  readonly key: SigningKey;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** The only bytes that it is good for, and once; undefined: it may be used again, with any. */
  readonly body?: string;
}

/** @throws InternalError, as a rejection, if the obligations make it longer than a header may be */
export async function signToken(request: TokenRequest, signing: Signing): Promise<string> {
  const { subgraph, view } = request;
  const obligations = view.obligationsFor(subgraph);
  const plain = await signWith(obligations, request, signing);
  if (plain.length <= longest) return plain;
  const { length } = plain;
  const token = await signWith(deflated(obligations), request, signing);
  if (token.length <= longest) return token;
  throw new InternalError(
    `The token for the subgraph ${subgraph} would have ${token.length} characters (${length} if nothing of it were compressed), and ${longest} is the most that a header may have: the caller's obligations are too long. Bind row filters to attributes with fewer values, or write rules by tag or type instead of by single fields.`,
  );
}

/** The same few names stand in them again and again. Who does not know the member shows nothing, as with any other. */
function deflated(obligations: Obligations): { readonly deflated: string } {
  return { deflated: deflateRawSync(JSON.stringify(obligations)).toString('base64url') };
}

function signWith(
  obligations: Obligations | ReturnType<typeof deflated>,
  { subject, subgraph, snapshot, transaction }: TokenRequest,
  { claims, issuer, key, issuedAt, expiresAt, body }: Signing,
): Promise<string> {
  const { sub, scope, req_wl, client, caller } = claims;
  return new SignJWT({
    txn: transaction,
    scope,
    req_wl,
    tctx: {
      snapshot,
      purpose: subject.purpose,
      obligations,
      ...(caller && { caller }),
      ...(body !== undefined && { body: digestOf(body) }),
    },
    rctx: { client },
    ...(body !== undefined && { jti: randomUUID() }),
  })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'txntoken+jwt', kid: key.kid })
    .setIssuer(issuer)
    .setAudience(subgraph)
    .setSubject(sub)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(key.privateKey);
}

/** Of the bytes that are sent: a text goes as UTF-8. */
function digestOf(body: string): string {
  return createHash('sha256').update(body).digest('base64url');
}
