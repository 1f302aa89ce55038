/** What a failure to verify means: for the operator's log, and for whoever counts. */
import { errors } from 'jose';
import { type RefusalKind, TokenRefusal } from './refusal.ts';

export interface WhyRefused {
  /** Quotes nothing of the token. */
  readonly reason: string;
  readonly kind: RefusalKind;
}

/**
 * jose's messages can quote the token; of what is not set out here its code is enough.
 * @throws what is no refusal, but a fault of ours
 */
export function whyRefused(error: unknown): WhyRefused {
  if (error instanceof TokenRefusal) return { reason: error.message, kind: error.kind };
  if (error instanceof errors.JWTExpired) return { reason: 'the token has expired', kind: 'expired' };
  if (error instanceof errors.JWTClaimValidationFailed)
    return {
      reason: `${error.claim} is ${error.reason === 'missing' ? 'missing' : "not as its issuer's setting asks"}`,
      kind: 'claims',
    };
  if (error instanceof errors.JOSEAlgNotAllowed)
    return { reason: "the algorithm is not among its issuer's algorithms", kind: 'signature' };
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return { reason: 'the signature does not fit', kind: 'signature' };
  if (error instanceof errors.JWKSNoMatchingKey)
    return { reason: 'its issuer publishes no such key', kind: 'signature' };
  if (error instanceof errors.JWTInvalid || error instanceof errors.JWSInvalid)
    return { reason: error.code, kind: 'malformed' };
  if (error instanceof errors.JOSEError) return { reason: error.code, kind: 'signature' };
  // An RSA key of 1024 bits, or a curve that does not fit the algorithm, is a TypeError of the library.
  if (error instanceof TypeError) return { reason: 'the key does not fit the algorithm', kind: 'signature' };
  throw error;
}
