/** Counts what is refused to whoever says who they are, and whether their issuers can be asked. Never who. */
import { Counter, type Registry } from 'prom-client';
import type { RefusalKind } from '../../authenticate/refusal.ts';
import type { CallerThrottled, Observers } from '../observers.ts';

type Told = Pick<
  Observers,
  'tokenRefused' | 'callerThrottled' | 'loginRefused' | 'keysFetched' | 'keysUnavailable'
>;

/** A series that is there from the start, with 0, shows its first event as a change. */
const kinds = Object.keys({
  malformed: true,
  issuer: true,
  keys: true,
  unknownKey: true,
  signature: true,
  claims: true,
  expired: true,
  revoked: true,
} satisfies Record<RefusalKind, true>);
const throttles = ['address', 'principal'] satisfies CallerThrottled['by'][];

export function callerMetrics(registers: Registry[], issuers: readonly string[]): Told {
  const refused = new Counter({
    name: 'portcullis_tokens_refused_total',
    help: 'Tokens that do not count, by what is wrong with them.',
    labelNames: ['kind'],
    registers,
  });
  for (const kind of kinds) refused.inc({ kind }, 0);
  const throttled = new Counter({
    name: 'portcullis_callers_throttled_total',
    help: 'Requests of which nothing was verified, since too many tokens of the address, or of the principal there, were refused.',
    labelNames: ['by'],
    registers,
  });
  for (const by of throttles) throttled.inc({ by }, 0);
  const logins = new Counter({
    name: 'portcullis_login_refused_total',
    help: 'Times that nobody was signed in to the explorer.',
    registers,
  });
  return {
    tokenRefused({ kind }) {
      refused.inc({ kind });
    },
    callerThrottled({ by }) {
      throttled.inc({ by });
    },
    loginRefused() {
      logins.inc();
    },
    ...keyMetrics(registers, issuers),
  };
}

function keyMetrics(
  registers: Registry[],
  issuers: readonly string[],
): Pick<Told, 'keysFetched' | 'keysUnavailable'> {
  const fetched = new Counter({
    name: 'portcullis_keys_fetched_total',
    help: 'Times that the keys of an issuer were fetched.',
    labelNames: ['issuer'],
    registers,
  });
  const unavailable = new Counter({
    name: 'portcullis_keys_unavailable_total',
    help: 'Times that the keys of an issuer could not be fetched.',
    labelNames: ['issuer'],
    registers,
  });
  for (const issuer of issuers) {
    fetched.inc({ issuer }, 0);
    unavailable.inc({ issuer }, 0);
  }
  return {
    keysFetched({ issuer }) {
      fetched.inc({ issuer });
    },
    keysUnavailable({ issuer }) {
      unavailable.inc({ issuer });
    },
  };
}
