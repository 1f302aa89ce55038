/** A gateway as a process of its own in front of a mesh's subgraphs, reached over HTTP. */
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { repository } from './folders.ts';
import { gatewayYaml, type Mesh } from './mesh.ts';

export interface GatewayProcess {
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
  const config = join(dirname(source), 'gateway.yaml');
  await writeFile(config, `listen: { port: ${port} }\n${gatewayYaml}`);
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(repository, 'cli/portcullis.ts'), 'gateway', '--config', config],
    { cwd: repository, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  while (!(await isUp(url))) await sleep(50);
  return {
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
