/** `npm run dev`: what changes in a domain's folder is generated, migrated and served again. */
import { readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { generateDomain } from '@portcullis/kit/generate/generate';
import type { Running } from './bring-up.ts';
import { migrateDomain } from './databases.ts';
import type { Progress } from './progress.ts';
import type { Settings } from './settings.ts';

/** What generation itself writes must not start it again. */
const generated = /^subgraph\.graphql$|^contract\.yaml$|\.tmp$|~$/;
const quiet = 80;

/** Returns how to stop watching. The gateway watches the graph's files by itself. */
export function watchSubgraphs(
  running: Running,
  settings: Settings,
  progress: Progress,
): () => Promise<void> {
  const timers = new Map<string, NodeJS.Timeout>();
  const turns = new Map<string, Promise<void>>();
  const watchers = [...running.subgraphs.keys()].flatMap((domain) =>
    foldersOf(join(settings.house, 'subgraphs', domain)).map((folder) =>
      watch(folder, (_, file) => {
        if (file !== null && generated.test(file)) return;
        clearTimeout(timers.get(domain));
        timers.set(
          domain,
          setTimeout(() => queue(domain), quiet),
        );
      }),
    ),
  );
  return async () => {
    for (const watcher of watchers) watcher.close();
  };

  /** One after another: a change during a restart is served by the next one. */
  function queue(domain: string): void {
    turns.set(
      domain,
      (turns.get(domain) ?? Promise.resolve()).then(() => follow(domain)),
    );
  }

  async function follow(domain: string): Promise<void> {
    try {
      await generateDomain(join(settings.house, 'subgraphs', domain));
      const urls = running.databases.get(domain);
      if (urls !== undefined) await migrateDomain(settings, domain, urls);
      await running.subgraphs.get(domain)?.restart();
      progress.event(`${domain} changed and is served again`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      progress.event(`${domain} changed and is not served again yet: ${why}`);
    }
  }
}

/** Folder by folder: on Linux, Node 20's recursive watch loses a file that an editor has replaced. */
function foldersOf(folder: string): string[] {
  const inner = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [folder, ...inner.flatMap(({ name }) => foldersOf(join(folder, name)))];
}
