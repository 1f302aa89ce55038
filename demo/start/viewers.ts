/** The audience of the demo's streams that are on the air: viewers come and go. */
import { setTimeout as sleep } from 'node:timers/promises';
import { connected } from '@portcullis/kit/database/connect';
import type { Client } from 'pg';

export interface ViewersOptions {
  /** The database of live, as the role that owns its tables. */
  readonly ownerUrl: string;
  readonly everyMs: number;
}

/** One statement for all, so that each change of the audience is told together. */
const OTHER_VIEWERS = `
  update viewer_counts set viewers = greatest(10, round(viewers * (0.97 + random() * 0.06))), counted_at = now()
  where random() < 0.6`;

/** Returns how to stop. A database that goes away is tried again: the demo goes on without viewers. */
export function keepViewersMoving({ ownerUrl, everyMs }: ViewersOptions): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const pause = () => sleep(everyMs, undefined, { signal }).catch(() => {});
  const move = async (client: Client) => {
    while (!signal.aborted) {
      await pause();
      await client.query(OTHER_VIEWERS);
    }
  };
  const moving = (async () => {
    while (!signal.aborted) {
      await connected(ownerUrl, move).catch(() => {});
      await pause();
    }
  })();
  return async () => {
    stopping.abort();
    await moving;
  };
}
