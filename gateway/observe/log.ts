/** The listener that writes the log: pino, one JSON object a line. Fields are named one by one, so that nothing slips in. */
import { type DestinationStream, type Logger, pino } from 'pino';
import type { RequestContext } from '../request.ts';
import { loggedFault } from './fault.ts';
import { MeasurementTally } from './measurements.ts';
import type { Observers, RequestEnded } from './observers.ts';
import { Tally } from './tally.ts';
import { ThrottleTally } from './throttle-tally.ts';

/** Lines go out together, half a second late at most: each on its own would cost as much as a small request. */
const buffered = { dest: 1, sync: false, minLength: 4096, periodicFlush: 500 };

export function createLog(level: string, destination?: DestinationStream): Observers {
  const log = pino(
    { level, base: { service: 'portcullis-gateway' }, timestamp: pino.stdTimeFunctions.isoTime },
    destination ?? pino.destination(buffered),
  );
  const tally = new Tally((counts, seconds) => log.info({ ...counts, seconds }, 'how answers were made'));
  const measurements = new MeasurementTally(({ all, ...sums }) =>
    log.info({ differences: all, ...sums }, 'what the measured rules would have changed'),
  );
  const throttled = new ThrottleTally((counts) => log.warn(counts, tooManyRefused));
  return {
    requestEnded(event) {
      const level = event.status >= 500 ? 'error' : 'info';
      // What nobody reads is not put together: it would be several microseconds of each request.
      if (log.isLevelEnabled(level)) log[level](endOf(event), 'request');
    },
    subgraphRequestEnded({ context, subgraph, outcome, status, code, durationMs }) {
      context.counts.subgraphRequests += 1;
      const level = outcome === 'answered' || outcome === 'cancelled' ? 'debug' : 'warn';
      if (!log.isLevelEnabled(level)) return;
      log[level](
        { ...ids(context), subgraph, outcome, status, code, durationMs: milliseconds(durationMs) },
        'subgraph request',
      );
    },
    ...requestLog(log, tally),
    ...subgraphLog(log),
    ...identityLog(log),
    ...loginLog(log),
    ...certificateLog(log),
    ...serviceTokenLog(log),
    ...gatewayLog(log),
    accessMeasured(event) {
      measurements.count(event);
    },
    callerThrottled(event) {
      throttled.count(event);
    },
    closed() {
      tally.tell();
      throttled.tell();
      measurements.tell();
    },
  };
}

function endOf(event: RequestEnded) {
  const { context, status, codes } = event;
  return {
    ...ids(context),
    status,
    durationMs: milliseconds(event.durationMs),
    operation: event.operationName,
    type: event.operationType,
    client: event.clientId,
    generation: event.generation,
    subgraphRequests: context.counts.subgraphRequests,
    rows: context.counts.rows,
    ...(codes.length > 0 && { codes }),
  };
}

function requestLog(log: Logger, tally: Tally) {
  return {
    requestFaulted({ context, error }) {
      log.error({ ...ids(context), fault: loggedFault(error) }, 'a fault of the gateway');
    },
    requestExecuted({ context, path }) {
      tally.count(path);
      if (log.isLevelEnabled('debug')) log.debug({ ...ids(context), path }, 'executed');
    },
    tokenRefused({ context, reason, issuer }) {
      log.warn({ ...ids(context), reason, issuer }, 'token refused');
    },
    glassBroken({ context, issuer, subject, clientId, purpose, reason }) {
      log.warn({ ...ids(context), issuer, subject, client: clientId, purpose, reason }, 'glass broken');
    },
    streamOpened({ context }) {
      log.info(ids(context), 'stream opened');
    },
    streamEnded({ context, durationMs, results, because }) {
      log.info({ ...ids(context), durationMs: milliseconds(durationMs), results, because }, 'stream ended');
    },
  } satisfies Partial<Observers>;
}

function subgraphLog(log: Logger) {
  return {
    subgraphAnswerFaulted({ context, subgraph, status, reason, errors, code }) {
      log.warn(
        {
          ...ids(context),
          subgraph,
          outcome: 'answered',
          status,
          reason,
          ...(errors > 0 && { errors, code }),
        },
        'a subgraph answered with a fault',
      );
    },
    subgraphRequestRepeated({ subgraph, retry, outcome, status, code, delayMs }) {
      log.info(
        { subgraph, retry, outcome, status, code, delayMs: milliseconds(delayMs) },
        'a subgraph request is sent again',
      );
    },
    subgraphBreakerChanged({ subgraph, state }) {
      log[state === 'open' ? 'error' : 'info']({ subgraph, state }, breakerTexts[state]);
    },
  } satisfies Partial<Observers>;
}

function identityLog(log: Logger) {
  return {
    keysFetched({ issuer, from, count, isNew }) {
      // That nothing has changed is for who looks closely.
      log[isNew ? 'info' : 'debug']({ issuer, from, count, isNew }, 'keys of an issuer were fetched');
    },
    keysUnavailable({ issuer, reason }) {
      log.error({ issuer, reason }, 'keys of an issuer are unavailable');
    },
    signingKeysChanged({ signing, published }) {
      log.info({ signing, published }, 'the signing keys were read');
    },
    signingKeysRefused({ reason }) {
      log.error({ reason }, 'other signing keys were refused: those before stay in force');
    },
    revocationsApplied({ entries, unknown }) {
      const isKnown = unknown.length === 0;
      log[isKnown ? 'info' : 'warn']({ entries, ...(!isKnown && { unknown }) }, 'revocations are in force');
    },
    revocationsRefused({ reason }) {
      log.error({ reason }, 'revocations were refused: those before stay in force');
    },
  } satisfies Partial<Observers>;
}

function loginLog(log: Logger) {
  return {
    loginRefused({ reason, cause }) {
      const fault = cause === undefined ? {} : { fault: loggedFault(cause) };
      log.warn({ reason, ...fault }, 'nobody was signed in to the explorer');
    },
  } satisfies Partial<Observers>;
}

function certificateLog(log: Logger) {
  return {
    certificatesRead({ setting, validTo }) {
      log.info({ setting, validTo }, 'certificates were read');
    },
    certificatesRefused({ setting, reason }) {
      log.error({ setting, reason }, 'other certificates were refused: those before stay in force');
    },
    certificateEnding({ setting, validTo, isOver }) {
      log.warn({ setting, validTo }, isOver ? 'a certificate has expired' : 'a certificate expires soon');
    },
  } satisfies Partial<Observers>;
}

function serviceTokenLog(log: Logger) {
  return {
    serviceTokensRead({ file, principals, tokens }) {
      log.info({ file, principals, tokens }, 'service tokens were read');
    },
    serviceTokensRefused({ reason }) {
      log.error({ reason }, 'changed service tokens were refused: those of before are in force');
    },
    serviceTokenUsesUnwritten({ reason }) {
      log.warn({ reason }, 'the last use of service tokens cannot be written');
    },
  } satisfies Partial<Observers>;
}

function gatewayLog(log: Logger) {
  return {
    candidateRefused({ message }) {
      log.warn({ reason: message }, 'the rules to be measured cannot be used');
    },
    snapshotSwapped({ generation, policies, previous, durationMs, warmUp }) {
      log.info(
        {
          generation,
          policies,
          previous,
          durationMs: milliseconds(durationMs),
          ...(warmUp && { warmUp: { ...warmUp, durationMs: milliseconds(warmUp.durationMs) } }),
        },
        'a new snapshot serves',
      );
    },
    snapshotRefused({ message, serving }) {
      log.error({ reason: message, serving }, 'a new snapshot was refused');
    },
    snapshotMended({ serving }) {
      log.info({ serving }, 'what was refused is mended');
    },
    auditCheckpoint({ hash, length }) {
      log.info({ hash, length }, 'audit checkpoint');
    },
    auditFailed({ reason }) {
      log.error(
        { reason },
        'the audit trail cannot be written: nothing is answered until the gateway is restarted',
      );
    },
    lifecycle({ level: severity, message }) {
      log[severity](message);
    },
  } satisfies Partial<Observers>;
}

/** Where all callers have one address, one of them shuts out the others. */
const tooManyRefused =
  'too many tokens were refused: nothing of that address or principal is verified for a minute (behind a proxy, set trustedHops)';

const breakerTexts = Object.freeze({
  open: 'a subgraph fails: nothing is sent to it for now',
  'half-open': 'a subgraph is tried again',
  closed: 'a subgraph works again',
});

function ids({ id, traceparent }: RequestContext) {
  return { requestId: id, traceparent };
}

function milliseconds(duration: number): number {
  return Math.round(duration * 10) / 10;
}
