/** Grafbase, in Rust: the gateway inside its command line, the newest that a package registry has as a binary. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, start, untilItAnswers } from '../measure/processes.ts';
import { peersFolder } from './install-peers.ts';
import type { Contender, Site } from './site.ts';

const program = join(peersFolder, 'node_modules/@grafbase/cli-x86_64-unknown-linux-musl/grafbase');

export interface GrafbaseOptions {
  readonly name: string;
  /** Its default. */
  readonly deduplicates: boolean;
}

export async function startGrafbase(site: Site, options: GrafbaseOptions): Promise<Contender> {
  const port = await freePort();
  const config = join(site.folder, `grafbase-${port}.toml`);
  await writeFile(config, configuration(site, options));
  const args = ['--home', site.folder, 'dev', '-c', config, '--listen-address', `127.0.0.1:${port}`];
  const child = start(program, args, { cwd: site.folder });
  const url = `http://127.0.0.1:${port}/graphql`;
  return { name: options.name, url, child, startedAfter: await untilItAnswers(url, child) };
}

/** It composes the graph itself. A JSON string is one of TOML. */
function configuration({ subgraphs }: Site, { deduplicates }: GrafbaseOptions): string {
  const tables = subgraphs.map(
    ({ name, url, schema }) =>
      `[subgraphs.${name}]\nurl = ${JSON.stringify(url)}\nschema_path = ${JSON.stringify(schema)}\n`,
  );
  return `[traffic_shaping]
inflight_deduplication = ${deduplicates}

[[headers]]
rule = "forward"
name = "authorization"

${tables.join('\n')}`;
}
