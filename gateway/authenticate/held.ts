/** That a token was verified a moment ago says nothing of who sends it now: of one that is bound, this is looked at each time. */
import type { AuthenticatedPrincipal, Principal, ReceivedRequest } from '../request.ts';
import type { Challenges } from './challenges.ts';
import { assertHeld } from './confirmation.ts';
import type { IdentifyOptions } from './identify.ts';
import { notValid } from './refusal.ts';
import { claimedBy } from './verifier.ts';
import { whyRefused } from './why-refused.ts';

export type Held = (principal: AuthenticatedPrincipal, received: ReceivedRequest) => Principal;

export function createHeld(
  { tokenRefused, failures }: Pick<IdentifyOptions, 'tokenRefused' | 'failures'>,
  refusals: Challenges,
): Held {
  return (principal, { context, certificate, from }) => {
    if (principal.certificate === undefined) return principal;
    try {
      assertHeld(principal, certificate);
      return principal;
    } catch (error) {
      const why = whyRefused(error);
      // Only now: whoever has the certificate is never refused for failures of others.
      const claimed = claimedBy(principal);
      failures.assertFew(from);
      failures.assertFewOf(claimed, from);
      failures.count(claimed, from);
      tokenRefused({ context, ...why, issuer: principal.issuer });
      throw refusals.invalid(notValid);
    }
  };
}
