/** A stream outlives the moment in which its caller was identified. */
import { ClientError, tokenExpired } from '../errors.ts';
import type { KnownRequest, RequestContext } from '../request.ts';
import type { Revocations } from '../revocations/revocations.ts';
import { notValid, type RefusalKind } from './refusal.ts';

export interface StillKnownOptions {
  readonly revocations: Pick<Revocations, 'reasonAgainst'>;
  readonly tokenRefused: (event: {
    readonly context: RequestContext;
    readonly reason: string;
    readonly kind: RefusalKind;
    readonly issuer: string | undefined;
  }) => void;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** @throws ClientError UNAUTHENTICATED once the token has expired, or does not count any more */
export type AssertStillKnown = (known: Pick<KnownRequest, 'principal' | 'context'>) => void;

export function createStillKnown({
  revocations,
  tokenRefused,
  now = Date.now,
}: StillKnownOptions): AssertStillKnown {
  return ({ principal, context }) => {
    if (principal.kind === 'anonymous') return;
    if (now() >= principal.expiresAt * 1000) throw tokenExpired();
    const reason = principal.isVouchedFor()
      ? revocations.reasonAgainst(principal)
      : "what vouched for the token does not any more: its issuer's key is gone, or it was revoked";
    if (reason === undefined) return;
    tokenRefused({ context, reason, kind: 'revoked', issuer: principal.issuer });
    throw new ClientError('UNAUTHENTICATED', notValid);
  };
}
