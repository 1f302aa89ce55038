/** That a token was verified a moment ago says nothing of who sends it now: of one that is bound, this is looked at each time. */
import type { AuthenticatedPrincipal, Principal, ReceivedRequest } from '../request.ts';
import type { Challenges } from './challenges.ts';
import { assertHeld } from './confirmation.ts';
import type { IdentifyOptions } from './identify.ts';
import { notValid } from './refusal.ts';
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
      failures.count(undefined, from);
      tokenRefused({ context, ...why, issuer: principal.issuer });
      throw refusals.invalid(notValid);
    }
  };
}
