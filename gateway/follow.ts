/** Who has to know that something else is in force: the graph, rules, keys, or who may ask. */
import { serviceTokenIssuer } from './authenticate/service-tokens/issuer.ts';
import { Changes } from './changes.ts';
import type { GatewayConfig } from './config.ts';
import type { Credentials } from './credentials.ts';
import type { Withheld } from './execute/withheld.ts';
import type { KeysFetched, KeysUnavailable, Observers } from './observe/observers.ts';
import { KeyChanges } from './revocations/key-changes.ts';
import type { Candidate } from './snapshot/candidate.ts';
import type { Snapshots } from './snapshot/snapshots.ts';

export interface Followed {
  readonly changes: Changes;
  readonly keyChanges: KeyChanges;
  /** Subgraphs that nothing is sent to. */
  readonly withheld: Withheld;
  close(): void;
}

export interface Following {
  readonly config: GatewayConfig;
  readonly snapshots: Snapshots;
  readonly candidate: Candidate | undefined;
  readonly credentials: Pick<Credentials, 'revocations' | 'serviceTokens'>;
  /** Milliseconds since the epoch: files with keys of issuers were read then. */
  readonly readAt: number;
  readonly observers: Observers;
}

export function follow(following: Following): Followed {
  const { config, snapshots, candidate, credentials, readAt } = following;
  const { revocations, serviceTokens } = credentials;
  const changes = new Changes();
  candidate?.follow(snapshots.current().supergraph);
  snapshots.onSwap(() => {
    candidate?.follow(snapshots.current().supergraph);
    changes.tell();
  });
  tellRevocations(following);
  revocations.onChange(() => {
    tellRevocations(following);
    changes.tell();
  });
  serviceTokens?.onChange(() => changes.tell());
  const keyChanges = new KeyChanges({ issuers: config.authentication.issuers, readAt, revocations });
  return {
    changes,
    keyChanges,
    withheld: { has: (name) => revocations.withholds(name), onChange: changes.onChange },
    close() {
      changes.close();
      keyChanges.close();
    },
  };
}

/** A name with a slip of the pen shuts nobody out: whoever wrote it has to learn it. */
function tellRevocations({ config, credentials, snapshots, observers }: Following): void {
  if (config.revocations === undefined) return;
  const { issuers: trusted, serviceTokens } = config.authentication;
  const known = new Set(trusted.map(({ issuer }) => issuer));
  if (serviceTokens !== undefined) known.add(serviceTokenIssuer);
  const { size, issuers, products } = credentials.revocations.current();
  const { subgraphs } = snapshots.current().supergraph;
  const unknown = [
    ...[...issuers].filter((issuer) => !known.has(issuer)),
    ...[...products].filter((product) => !subgraphs.has(product)),
  ];
  observers.revocationsApplied({ entries: size, unknown });
}

/** Whoever was known by keys that are gone has to be looked at again. */
export function keyObservers(
  { keysFetched, keysUnavailable }: Pick<Observers, 'keysFetched' | 'keysUnavailable'>,
  changes: Changes,
) {
  return {
    keysFetched(event: KeysFetched) {
      keysFetched(event);
      if (event.isNew) changes.tell();
    },
    keysUnavailable(event: KeysUnavailable) {
      keysUnavailable(event);
      changes.tell();
    },
  };
}
