/** A gateway as people run it, a process from `dist`, in front of a mesh's subgraphs, reached over HTTP. */
import { execFileSync, spawn } from 'node:child_process';
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { repository } from './folders.ts';
import { gatewayYaml, type Mesh } from './mesh.ts';

export interface GatewayProcess {
  /** supergraph.yaml that it watches: a copy, so that the mesh's own gateway does not compose what the test writes. */
  readonly source: string;
  ask(token: string, query: string): Promise<{ readonly status: number; readonly body: Body }>;
  /** What `/readyz` says. */
  ready(): Promise<{ readonly generation?: string; readonly refused?: true }>;
  stop(): Promise<void>;
}

interface Body {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions: Record<string, unknown> }[];
}

export async function startGateway({ source }: Mesh): Promise<GatewayProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const folder = join(dirname(source), 'gateway process');
  await mkdir(folder);
  for (const file of ['supergraph.yaml', 'issuer.json', 'gateway.jwk']) {
    await copyFile(join(dirname(source), file), join(folder, file));
  }
  await chmod(join(folder, 'gateway.jwk'), 0o600);
  const config = join(folder, 'gateway.yaml');
  await writeFile(config, `listen: { port: ${port} }\n${gatewayYaml}`);
  execFileSync(process.execPath, [join(repository, 'build.mjs'), '--if-stale'], { stdio: 'ignore' });
  const child = spawn(
    process.execPath,
    [join(repository, 'dist/cli/portcullis.js'), 'gateway', '--config', config],
    { cwd: repository, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  while (!(await isUp(url))) await sleep(50);
  return {
    source: join(folder, 'supergraph.yaml'),
    async ask(token, query) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query }),
      });
      return { status: response.status, body: (await response.json()) as Body };
    },
    ready: async () =>
      (await fetch(`${url}/readyz`)).json() as Promise<{ generation?: string; refused?: true }>,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function isUp(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
