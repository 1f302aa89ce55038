/** Whether a token counts: by the very verification that it has to pass with any request, so that there is no second opinion about that. */
import type { RefusalKind } from '../authenticate/refusal.ts';
import type { Verifier } from '../authenticate/verifier.ts';
import { whyRefused } from '../authenticate/why-refused.ts';
import type { AuthenticatedPrincipal } from '../request.ts';
import { LoginRefused } from './login-refused.ts';

/**
 * Counted nowhere: the token comes from the provider, and says nothing of the address that a browser has.
 * @throws LoginRefused; it may pass where the keys of the issuer are not to be had
 */
export type IdentifyPerson = (accessToken: string) => Promise<AuthenticatedPrincipal>;

/** These say nothing of the token. */
const passing: ReadonlySet<RefusalKind> = new Set(['keys', 'unknownKey']);

export function createIdentifyPerson(verifier: Pick<Verifier, 'identify'>): IdentifyPerson {
  return async (accessToken) => {
    try {
      return await verifier.identify(accessToken);
    } catch (error) {
      const { reason, kind } = whyRefused(error);
      throw new LoginRefused(`the gateway refuses the access token: ${reason}`, {
        mayPass: passing.has(kind),
      });
    }
  };
}
