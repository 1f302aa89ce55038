/** When the keys of an issuer have to be fetched although those in memory are fresh. */
import type { TrustedIssuer } from '../authenticate/issuer.ts';
import { createWatcher, type Watcher } from '../files/watch.ts';
import type { Revocations } from './revocations.ts';

export interface KeyChange {
  readonly issuer: string;
  /** Those in memory do not count any more, also if no others can be had. */
  readonly revoked: boolean;
}

export type OnKeyChange = (listener: (change: KeyChange) => void) => void;

export interface KeyChangesOptions {
  readonly issuers: readonly TrustedIssuer[];
  /** When those of their keys that are in files were read, in milliseconds since the epoch. */
  readonly readAt: number;
  readonly revocations: Pick<Revocations, 'onKeysRevoked'>;
}

export class KeyChanges {
  readonly #listeners: ((change: KeyChange) => void)[] = [];
  readonly #watchers: readonly Watcher[];

  constructor({ issuers, readAt, revocations }: KeyChangesOptions) {
    this.#watchers = issuers.flatMap(({ issuer, keys }) => {
      if (keys.kind !== 'jwksFile') return [];
      const watcher = createWatcher(() => this.#tell({ issuer, revoked: false }));
      watcher.watch([keys.path], readAt);
      return [watcher];
    });
    revocations.onKeysRevoked((issuer) => this.#tell({ issuer, revoked: true }));
  }

  readonly onKeyChange: OnKeyChange = (listener) => {
    this.#listeners.push(listener);
  };

  close(): void {
    for (const watcher of this.#watchers) watcher.close();
  }

  #tell(change: KeyChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
