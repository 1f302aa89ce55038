/** The gateway as its operators run it: a process, from the built files. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writePolicies } from '../../bench/graph/rules.ts';
import { freePort, untilItAnswers } from '../../bench/measure/processes.ts';
import { GatewayLog } from './log.ts';

const program = join(import.meta.dirname, '../../../dist/cli/portcullis.js');

/** Below it, requests that hang are given up within the run; no slow reply takes as long. */
const subgraphTimeoutMs = 2_000;

export interface Gateway {
  readonly url: string;
  readonly pid: number;
  readonly log: GatewayLog;
  /** All that it wrote to stderr. */
  complaints(): string;
  isRunning(): boolean;
  /** Sockets that it holds; undefined where there is no /proc. */
  sockets(): number | undefined;
  /** SIGTERM. @returns how it ended, `late` if it had to be killed */
  stop(
    patienceMs: number,
  ): Promise<{ readonly code: number | null; readonly late: boolean; readonly ms: number }>;
}

export async function startGateway(folder: string, supergraph: string): Promise<Gateway> {
  const port = await freePort();
  const config = join(folder, 'gateway.yaml');
  const policies = await writePolicies(folder);
  // JSON is YAML.
  await writeFile(config, JSON.stringify(configuration({ folder, supergraph, port, policies })));
  const child = spawn(process.execPath, [program, 'gateway', '--config', config], {
    // The channel ends it with us, whatever happens.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new TypeError('its output is piped');
  let complaints = '';
  stderr.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk).slice(-20_000);
  });
  const log = new GatewayLog(stdout);
  const url = `http://127.0.0.1:${port}`;
  await untilItAnswers(`${url}/graphql`, child);
  const pid = child.pid ?? 0;
  return {
    url,
    pid,
    log,
    complaints: () => complaints,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    sockets: () => socketsOf(pid),
    stop: (patienceMs) => stop(child, patienceMs),
  };
}

interface Placed {
  readonly folder: string;
  readonly supergraph: string;
  readonly port: number;
  readonly policies: string;
}

function configuration({ folder, supergraph, port, policies }: Placed) {
  return {
    listen: { port },
    supergraph,
    policies,
    authentication: { anonymous: 'allow', issuers: [], serviceTokens: undefined },
    identity: {
      issuer: 'https://gateway.example',
      signingKey: join(folder, 'signing-key.json'),
      createIfMissing: true,
    },
    limits: { subgraphTimeoutMs },
  };
}

async function stop(child: ChildProcess, patienceMs: number) {
  const begun = performance.now();
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const waiting = new AbortController();
    const impatient = sleep(patienceMs, 'late', { signal: waiting.signal }).catch(() => 'ended');
    if ((await Promise.race([ended, impatient])) === 'late') child.kill('SIGKILL');
    await ended;
    waiting.abort();
  }
  return { code: child.exitCode, late: child.signalCode === 'SIGKILL', ms: performance.now() - begun };
}

function socketsOf(pid: number): number | undefined {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).filter((descriptor) => isSocket(join(folder, descriptor))).length;
  } catch {
    return undefined;
  }
}

/** It may have been closed since the folder was read. */
function isSocket(descriptor: string): boolean {
  try {
    return readlinkSync(descriptor).startsWith('socket:');
  } catch {
    return false;
  }
}
