/** The second stage: who asks. A verified token of a configured issuer, or anonymous where that is allowed; nothing between. */
import { Refused } from '../refused.ts';
import type { KnownRequest, Principal, ReceivedRequest, RequestContext } from '../request.ts';
import { challenges } from './challenges.ts';
import { circumstancesOf } from './circumstances.ts';
import { createHeld } from './held.ts';
import { createIdentify, createIdentifyService, type IdentifyOptions } from './identify.ts';
import { NotGranted } from './not-granted.ts';
import { isForServiceTokens } from './service-tokens/authorization.ts';
import { nobody, subjectOf } from './subject.ts';
import { Verifier, type VerifierOptions } from './verifier.ts';

export interface AuthenticateOptions extends IdentifyOptions, VerifierOptions {
  readonly anonymous: 'deny' | 'allow';
  /** Everybody is anonymous, whatever they send; only where everything is allowed to everybody anyway. */
  readonly open: boolean;
  /** Somebody who may has broken the glass. */
  readonly glassBroken: (event: {
    readonly context: RequestContext;
    readonly issuer: string;
    readonly subject: string;
    readonly clientId: string | undefined;
    readonly purpose: string;
    readonly reason: string;
  }) => void;
}

export type Authenticate = (received: ReceivedRequest) => KnownRequest | Promise<KnownRequest>;

const anonymous: Principal = Object.freeze({ kind: 'anonymous' });

/**
 * @throws ClientError UNAUTHENTICATED, with one text for every token that does not count, and one for what has not the form of
 * one; RATE_LIMITED where there were too many of those
 */
export function createAuthenticate(
  options: AuthenticateOptions,
  verifier = new Verifier(options),
): Authenticate {
  const now = options.now ?? Date.now;
  const { verified } = verifier;
  const refusals = challenges(options.serviceTokens !== undefined);
  const identify = createIdentify(options, verifier, refusals);
  const identifyService = createIdentifyService(options, verifier, refusals);
  const held = createHeld(options, refusals);
  const known = createKnown(options, now);

  return (received) => {
    if (options.open) return inTheOpen(received, now());
    const { authorization } = received;
    if (authorization !== undefined) {
      // Most tokens come many times: nothing has to be waited for then.
      const principal = verified.find(authorization, now());
      if (principal !== undefined) return known(received, held(principal, received));
      if (identifyService !== undefined && isForServiceTokens(authorization))
        return known(received, identifyService(authorization, received));
      return identify(authorization, received).then((identified) => known(received, identified));
    }
    if (options.anonymous === 'allow') return known(received, anonymous);
    throw refusals.missing();
  };
}

/** As what a request is known, once it is known whose it is. */
function createKnown({ glassBroken }: AuthenticateOptions, now: () => number) {
  return (received: ReceivedRequest, principal: Principal): KnownRequest => {
    const { context, purpose, breakGlass, zone } = received;
    try {
      const subject = subjectOf(principal, purpose);
      if (breakGlass !== undefined)
        glassBroken(brokenBy(principal, context, { purpose: subject.purpose, reason: breakGlass }));
      const circumstances = circumstancesOf(zone, breakGlass !== undefined, now());
      return knownAs(received, { principal, subject, circumstances, breakGlass });
    } catch (error) {
      throw error instanceof NotGranted ? refusedTo(received, principal, error, now()) : error;
    }
  };
}

/** Purposes and glass are for where something is refused. */
function inTheOpen(received: ReceivedRequest, now: number): KnownRequest {
  const circumstances = circumstancesOf(received.zone, false, now);
  return knownAs(received, { principal: anonymous, subject: nobody, circumstances, breakGlass: undefined });
}

type Found = Pick<KnownRequest, 'principal' | 'subject' | 'circumstances' | 'breakGlass'>;

/** Without the token. Field by field: to take one out by a rest pattern costs V8 as much as the rest of this stage. */
function knownAs(
  {
    context,
    method,
    accept,
    stream,
    deferred,
    forwarded,
    query,
    operationName,
    variables,
    extensions,
  }: ReceivedRequest,
  { principal, subject, circumstances, breakGlass }: Found,
): KnownRequest {
  return {
    context,
    method,
    accept,
    stream,
    deferred,
    forwarded,
    query,
    operationName,
    variables,
    extensions,
    principal,
    subject,
    circumstances,
    breakGlass,
  };
}

/** As who they are without what was not granted: for the record. */
function refusedTo(
  received: ReceivedRequest,
  principal: Principal,
  { kind, message }: NotGranted,
  now: number,
): Refused {
  const subject = subjectOf(principal, undefined);
  const circumstances = circumstancesOf(received.zone, false, now);
  const known = knownAs(received, { principal, subject, circumstances, breakGlass: undefined });
  return new Refused('FORBIDDEN', message, { status: 403, attempt: { kind, known } });
}

/** @throws NotGranted: loud, since whoever sends the header counts on what it opens */
function brokenBy(
  principal: Principal,
  context: RequestContext,
  { purpose, reason }: { readonly purpose: string; readonly reason: string },
) {
  if (principal.kind === 'anonymous' || !principal.mayBreakGlass)
    throw new NotGranted('breakGlass', 'To break the glass is not granted to this caller.');
  const { issuer, subject, clientId } = principal;
  return { context, issuer, subject, clientId, purpose, reason };
}
