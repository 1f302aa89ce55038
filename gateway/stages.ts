/** Every stage of the pipeline with its settings. The only file that knows all of them. */
import { type AuthenticateOptions, createAuthenticate } from './authenticate/authenticate.ts';
import { circumstancesNow } from './authenticate/circumstances.ts';
import { Failures } from './authenticate/failures.ts';
import { createStillKnown } from './authenticate/still-known.ts';
import { Verifier } from './authenticate/verifier.ts';
import { createWatchCaller } from './authenticate/watch-caller.ts';
import type { Authorize } from './authorize/authorize.ts';
import { forwardedNames } from './config/forwarded-names.ts';
import type { GatewayConfig } from './config.ts';
import type { Credentials } from './credentials.ts';
import type { SubgraphClient } from './execute/client/client.ts';
import { createExecute, createExecuteParts } from './execute/execute.ts';
import { createForwardedTo } from './execute/forwarded.ts';
import { sharingExecutions } from './execute/share/executions.ts';
import { createSubscribe, type SubscribeDependencies } from './execute/subscribe.ts';
import type { Tokens } from './execute/tokens.ts';
import { type Followed, keyObservers } from './follow.ts';
import { type Observers, unobserved } from './observe/observers.ts';
import type { Operations } from './parse/operations.ts';
import { createParse } from './parse/parse.ts';
import type { AttendStages, SchemaStages, Stages, StreamStages } from './pipeline.ts';
import { plan } from './plan/plan.ts';
import { createReceive, createReceiveSchema } from './receive/receive.ts';
import { lastResult, respond, respondStream } from './respond/respond.ts';
import { respondSchema } from './respond/respond-schema.ts';
import { createShapeParts } from './shape/parts.ts';
import { createShape } from './shape/shape.ts';
import { showSchema } from './visible/show-schema.ts';

export interface Wiring {
  readonly operations: Operations;
  readonly authorize: Authorize;
  readonly client: SubgraphClient;
  readonly sources: SubscribeDependencies['sources'];
  readonly tokens: Tokens;
  readonly credentials: Credentials;
  readonly followed: Followed;
  readonly observers: Observers;
}

/** In the order of the request. */
export function createStages(
  config: GatewayConfig,
  wiring: Wiring,
): Stages & StreamStages & AttendStages & { readonly verifier: Verifier } {
  const { operations, authorize, client, sources, tokens, credentials, followed, observers } = wiring;
  const { revocations } = credentials;
  const { withheld } = followed;
  const { answerBytes, contextRequests, deferredObjects } = config.limits;
  const fetching = {
    tokens,
    forwardedTo: createForwardedTo(config.forwardHeaders),
    fetchEnded: observers.subgraphRequestEnded,
    answerFaulted: observers.subgraphAnswerFaulted,
  };
  const execution = {
    ...fetching,
    client,
    executed: observers.requestExecuted,
    answerBytes,
    contextRequests,
  };
  const execute = createExecute(execution);
  const authentication = authenticationOf(config, wiring);
  const verifier = new Verifier(authentication);
  return {
    receive: createReceive(receivingOf(config)),
    authenticate: createAuthenticate(authentication, verifier),
    verifier,
    parse: createParse(operations, config.modes),
    authorize,
    plan,
    execute: config.deduplicate.inbound ? sharingExecutions(execute, () => revocations.version) : execute,
    shape: createShape(answerBytes),
    respond,
    subscribe: createSubscribe({ ...fetching, sources, withheld, bufferBytes: config.streams.bufferBytes }),
    executeParts: createExecuteParts({ ...execution, deferredObjects }),
    shapeParts: createShapeParts(answerBytes),
    ...lasting(wiring),
    circumstancesNow,
    respondStream,
    lastResult,
  };
}

function authenticationOf(
  config: GatewayConfig,
  { credentials: { revocations, serviceTokens }, followed: { changes, keyChanges }, observers }: Wiring,
): AuthenticateOptions {
  const { tokenRefused, glassBroken } = observers;
  return {
    ...config.authentication,
    ...keyObservers(observers, changes),
    onKeyChange: keyChanges.onKeyChange,
    revocations,
    serviceTokens,
    open: config.open,
    tokenRefused,
    failures: failuresOf(config, observers),
    glassBroken,
  };
}

/** For what outlives the moment in which its caller was identified. */
function lasting({ credentials: { revocations }, followed, observers: { tokenRefused } }: Wiring) {
  const { onChange } = followed.changes;
  const assertStillKnown = createStillKnown({ revocations, tokenRefused });
  const looksOnly = createStillKnown({ revocations, tokenRefused: unobserved.tokenRefused });
  return {
    assertStillKnown,
    watchCaller: createWatchCaller({ assertStillKnown, onChange }),
    watchReader: createWatchCaller({ assertStillKnown: looksOnly, onChange }),
  };
}

function failuresOf({ limits }: GatewayConfig, { callerThrottled }: Observers): Failures {
  return new Failures({
    perAddress: limits.refusedTokensPerAddress,
    perPrincipal: limits.refusedTokensPerPrincipal,
    throttled: callerThrottled,
  });
}

function receivingOf(config: GatewayConfig) {
  const { zones, trustedHops, limits } = config;
  return { bodyBytes: limits.bodyBytes, forwarded: forwardedNames(config), zones, trustedHops };
}

export function createSchemaStages(
  { zones, trustedHops }: GatewayConfig,
  { authenticate }: Pick<Stages, 'authenticate'>,
): SchemaStages {
  const receiveSchema = createReceiveSchema({ zones, trustedHops });
  return { receiveSchema, authenticate, showSchema, respondSchema };
}
