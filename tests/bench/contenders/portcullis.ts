/**
 * Our gateway as an operator runs it: the built files, a configuration, access tokens verified, and a token minted for each
 * principal and subgraph. The others hand on the caller's token unread, so ours does more in every mode.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writePolicies } from '../graph/rules.ts';
import { freePort, startNode, untilItAnswers } from '../measure/processes.ts';
import { audience, issuer } from '../principals.ts';
import type { Contender, Site } from './site.ts';

const program = join(import.meta.dirname, '../../../dist/cli/portcullis.js');

export interface PortcullisOptions {
  readonly name?: string;
  /** Options of Node, such as those of its profiler. */
  readonly node?: readonly string[];
}

export async function startPortcullis(site: Site, options: PortcullisOptions = {}): Promise<Contender> {
  const { name = 'Portcullis', node = [] } = options;
  const port = await freePort();
  const config = await writeConfiguration(site, port);
  const child = startNode(program, ['gateway', '--config', config], { node });
  const url = `http://127.0.0.1:${port}/graphql`;
  return { name, url, child, startedAfter: await untilItAnswers(url, child) };
}

/** @returns its path */
export async function writeConfiguration(site: Site, port: number): Promise<string> {
  const file = join(site.folder, `gateway-${port}.yaml`);
  const policies = await writePolicies(site.folder, site.rules);
  await writeFile(file, configuration(site, port, policies));
  return file;
}

/** JSON is YAML. The log is set to what is wrong, as the others write no line for a request. */
function configuration({ supergraph, principals, folder }: Site, port: number, policies: string): string {
  return JSON.stringify({
    listen: { port },
    supergraph,
    policies,
    authentication: {
      anonymous: 'allow',
      issuers: [{ issuer, audience, jwksFile: principals.jwksFile, algorithms: ['ES256'] }],
    },
    identity: {
      issuer: 'https://gateway.example',
      signingKey: join(folder, 'signing-key.json'),
      createIfMissing: true,
    },
    log: { level: 'warn' },
  });
}
