/** Grafbase, in Rust: the gateway inside its command line, the newest that a package registry has as a binary. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, start, untilItAnswers } from '../measure/processes.ts';
import { peersFolder } from './install-peers.ts';
import type { Contender, Site } from './site.ts';

const program = join(peersFolder, 'node_modules/@grafbase/cli-x86_64-unknown-linux-musl/grafbase');

export async function startGrafbase(site: Site): Promise<Contender> {
  const port = await freePort();
  const config = join(site.folder, 'grafbase.toml');
  await writeFile(config, configuration(site));
  const args = ['--home', site.folder, 'dev', '-c', config, '--listen-address', `127.0.0.1:${port}`];
  const child = start(program, args, { cwd: site.folder });
  const url = `http://127.0.0.1:${port}/graphql`;
  return { name: 'Grafbase', url, child, startedAfter: await untilItAnswers(url, child) };
}

/** It composes the graph itself. A JSON string is one of TOML. */
function configuration({ subgraphs }: Site): string {
  const tables = subgraphs.map(
    ({ name, url, schema }) =>
      `[subgraphs.${name}]\nurl = ${JSON.stringify(url)}\nschema_path = ${JSON.stringify(schema)}\n`,
  );
  return `[[headers]]\nrule = "forward"\nname = "authorization"\n\n${tables.join('\n')}`;
}
