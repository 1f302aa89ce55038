/** Access that holds up nobody: rules are read and asked in a thread of their own. */

import type { Bundle } from '@portcullis/policies/engine/bundle';
import type { PolicyFile } from '@portcullis/policies/engine/folder';
import type { Circumstances, Subject } from '@portcullis/policies/engine/subject';
import type { ViewData } from '@portcullis/policies/engine/views/view-data';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import type { Access } from '../request.ts';
import { accessOf } from '../snapshot/access-of.ts';
import { SteadyThread } from './steady-thread.ts';
import { Thread } from './thread.ts';
import type { ViewsQuestion } from './views-answers.ts';

/** Rules of thousands of lines and a graph of a thousand types take a tenth of it. */
const memoryMb = 1_024;

/** To read a thousand rules takes a second or five. */
const firstMs = 60_000;

/** A view of two thousand fields takes milliseconds to build. */
const mostMs = 5_000;

const mostWaiting = 1_000;

export interface ThreadedAccessOptions {
  readonly start: () => Thread;
  readonly mostMs: number;
}

export function startViewsThread(): Thread {
  return new Thread({ file: new URL('views-thread', import.meta.url), memoryMb, environment: {} });
}

const nobody: Subject = Object.freeze({
  kind: 'anonymous',
  purpose: 'none',
  roles: new Set<string>(),
  teams: new Set<string>(),
  scopes: new Set<string>(),
  attributes: new Map<string, string>(),
  products: undefined,
});
const atNoon: Circumstances = Object.freeze({ zone: '', hour: 12, breakGlass: false });

/** Resolves when it can be asked; rejects with all that is wrong with the rules. */
export async function createThreadedAccess(
  files: readonly PolicyFile[],
  { sdl: supergraphSdl, subgraphs }: Pick<Supergraph, 'sdl' | 'subgraphs'>,
  options: Partial<ThreadedAccessOptions> = {},
): Promise<Access> {
  const enforces = new Map([...subgraphs.values()].map(({ name, enforces: what }) => [name, [...what]]));
  const first: ViewsQuestion = { files, supergraphSdl, enforces };
  const waiting = { first, firstMs, mostMs, mostWaiting };
  const thread = new SteadyThread({ name: 'the rules', start: startViewsThread, ...waiting, ...options });
  const bundle = (await thread.load()) as Bundle;
  const ask = (question: ViewsQuestion) => thread.ask(question);
  const access = accessOf(bundle, {
    build: async (subject) => (await ask({ subject })) as ViewData,
    guards: async (circumstances) => (await ask({ circumstances })) as number,
    close: () => thread.close(),
  });
  // Whoever comes first would wait for what is prepared once: a hundred milliseconds rather than a few.
  await access.viewOf(nobody, atNoon);
  return access;
}
