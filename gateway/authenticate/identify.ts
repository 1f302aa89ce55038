/** Whose token it is that a header holds: a verified one of a configured issuer, or a service token. */
import { ClientError } from '../errors.ts';
import type { AuthenticatedPrincipal, Principal, ReceivedRequest, RequestContext } from '../request.ts';
import { bearerToken, longest } from './bearer.ts';
import type { Challenges } from './challenges.ts';
import { assertHeld, isHeld } from './confirmation.ts';
import type { Failures } from './failures.ts';
import { notValid, type RefusalKind, TokenRefusal } from './refusal.ts';
import { serviceTokenIssuer } from './service-tokens/issuer.ts';
import type { ServiceTokens } from './service-tokens/service-tokens.ts';
import type { Said, Verifier } from './verifier.ts';
import { whyRefused } from './why-refused.ts';

export interface IdentifyOptions {
  /** Undefined: none are accepted. */
  readonly serviceTokens?: Pick<ServiceTokens, 'identify'> | undefined;
  readonly tokenRefused: (event: {
    readonly context: RequestContext;
    readonly reason: string;
    readonly kind: RefusalKind;
    readonly issuer: string | undefined;
  }) => void;
  /** Of tokens that were refused. */
  readonly failures: Pick<Failures, 'assertFew' | 'assertFewOf' | 'count'>;
}

export type Identify = (authorization: string, received: ReceivedRequest) => Promise<Principal>;

/** By a JWT. */
export function createIdentify(
  { failures, tokenRefused }: IdentifyOptions,
  verifier: Verifier,
  refusals: Challenges,
): Identify {
  return async (authorization, { context, certificate, from }) => {
    const before = verifier.verified.whose(authorization);
    // What was verified once cannot have been guessed: no failure of others at its address is in its way. It can have been
    // stolen, where it is bound to a certificate that is not there.
    const isTheirs = before !== undefined && isHeld(before, certificate);
    if (!isTheirs) failures.assertFew(from);
    let said: Said | undefined;
    let token: string | undefined;
    try {
      token = bearerToken(authorization);
      said = verifier.read(token);
      verifier.assertUnexpired(said);
      if (!isTheirs) failures.assertFewOf(said.claimed, from);
      if (before !== undefined) assertKnown(before, certificate, verifier);
      return await verifier.verify(token, said, certificate);
    } catch (error) {
      if (error instanceof ClientError) throw error;
      const why = whyRefused(error);
      if (isFailure[why.kind]) failures.count(said?.claimed, from);
      tokenRefused({ context, ...why, issuer: said?.trusted.issuer.issuer });
      throw refusals.invalid(token === undefined ? misshapen : notValid);
    }
  };
}

/** To refuse once more what was verified costs no signature. */
function assertKnown(
  before: AuthenticatedPrincipal,
  certificate: string | undefined,
  verifier: Verifier,
): void {
  assertHeld(before, certificate);
  verifier.assertFree(before);
}

/** By the form of the header alone, which whoever sends it knows: nothing is told of tokens. */
const misshapen = `The authorization header is not "Bearer", a space and a signed token (JWT), with ${longest} characters at most. Send it as authorization: Bearer <token>.`;

/** Not what was signed as it should be, nor what may be good. */
const isFailure: Readonly<Record<RefusalKind, boolean>> = Object.freeze({
  malformed: true,
  issuer: true,
  keys: false,
  unknownKey: true,
  signature: true,
  claims: true,
  expired: false,
  revoked: false,
});

type IdentifyService = (authorization: string, received: ReceivedRequest) => Principal;

/** By a service token; undefined: none is accepted. */
export function createIdentifyService(
  { serviceTokens, tokenRefused, failures }: IdentifyOptions,
  verifier: Pick<Verifier, 'assertFree'>,
  refusals: Challenges,
): IdentifyService | undefined {
  if (serviceTokens === undefined) return undefined;
  return (authorization, { context, from }) => {
    try {
      const principal = serviceTokens.identify(authorization);
      verifier.assertFree(principal);
      return principal;
    } catch (error) {
      // Only now: to look at a secret costs as little as to look at a count, so that the right one is never refused.
      const why = whyRefused(error);
      const claimed = error instanceof TokenRefusal ? error.claimed : undefined;
      failures.assertFew(from);
      failures.assertFewOf(claimed, from);
      if (isFailure[why.kind]) failures.count(claimed, from);
      tokenRefused({ context, ...why, issuer: serviceTokenIssuer });
      throw refusals.invalid(notValid);
    }
  };
}
