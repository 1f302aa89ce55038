/** Runs a gateway as a process: builds it, listens, and ends it in good order when told to. */
import { setFlagsFromString } from 'node:v8';
import type { Admin } from './admin.ts';
import { isLoopback } from './config/loopback.ts';
import type { GatewayConfig } from './config.ts';
import { InternalError } from './errors.ts';
import type { RunningServer } from './listen/server.ts';
import type { Observers } from './observe/observers.ts';
import { together } from './observe/together.ts';
import { createThreadedToolchain, type ThreadedToolchain } from './threads/toolchain.ts';

export interface RunningGateway {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  /** Where operators find probes and metrics; undefined: nowhere apart from that. */
  readonly adminUrl: string | undefined;
  /** Takes no new requests and resolves when those underway have ended. */
  close(): Promise<void>;
}

const openWarning =
  'OPEN: every caller is anonymous, everything is allowed to everyone. Never use this with real data.';

const openToOthers =
  'Everything would be allowed to everyone who can reach this machine: --open listens on the loopback interface only.';

/** Resolves when requests can be answered; ends with SIGINT, SIGTERM, or the process that started it over IPC. */
export async function runGateway(config: GatewayConfig, observers?: Observers): Promise<RunningGateway> {
  if (config.open && !isLoopback(config.listen.host)) throw new InternalError(openToOthers);
  tuneHeap();
  // Before anything else is loaded: what the planner's thread loads takes longer than all the rest.
  const toolchain = createThreadedToolchain(config.supergraph.source);
  try {
    const log = observers ?? (await operatorsLog(config));
    const admin = await adminOf(config);
    const all = admin === undefined ? log : together(log, admin.observers);
    return await run(config, toolchain, { observers: all, admin });
  } catch (error) {
    await toolchain.close();
    throw error;
  }
}

/** For what lives as long as a request (docs/decisions/0014-what-a-request-leaves-behind.md); nothing is set that is not measured there. */
function tuneHeap(): void {
  // The collector's helper threads cost more than they save, where there are few cores.
  setFlagsFromString('--no-parallel-scavenge');
  // From requests under way during a collection V8 learns to make their like among what lives long, which costs every later request.
  setFlagsFromString('--no-allocation-site-pretenuring');
}

async function run(
  config: GatewayConfig,
  toolchain: ThreadedToolchain,
  { observers, admin }: { readonly observers: Observers; readonly admin: Admin | undefined },
): Promise<RunningGateway> {
  if (config.open) observers.lifecycle({ level: 'warn', message: openWarning });
  if (config.measure !== undefined)
    observers.lifecycle({ level: 'info', message: `${config.measure} is measured, and decides nothing` });
  // One after the other: what both import is loaded once, and by one of them.
  const { createGateway } = await import('./gateway.ts');
  const { listen } = await import('./listen/server.ts');
  const gateway = await createGateway(config, observers, toolchain);
  let operators: RunningServer | undefined;
  let server: RunningServer;
  try {
    operators = await admin?.listen(gateway.ready, observers);
    server = await listen(gateway, config);
  } catch (error) {
    await Promise.all([operators?.close(), gateway.close()]);
    throw error;
  }
  admin?.tell(true);
  let closing: Promise<void> | undefined;
  const close = () => {
    admin?.tell(false);
    closing ??= server
      .close()
      .then(() => Promise.all([gateway.close(), toolchain.close()]))
      // Last, so that probes see that what is underway is answered, and that nothing new is.
      .then(() => operators?.close());
    return closing;
  };
  const forget = endWithProcess(() => {
    observers.lifecycle({ level: 'info', message: 'told to stop: answering what is underway' });
    void close().then(() => process.exit());
  });
  observers.lifecycle({ level: 'info', message: `listening at ${server.url}` });
  return {
    url: server.url,
    adminUrl: operators?.url,
    close() {
      forget();
      return close();
    },
  };
}

/** Loaded where somebody looks at it: elsewhere nothing is counted. */
async function adminOf({ admin, authentication }: GatewayConfig): Promise<Admin | undefined> {
  if (admin === undefined) return undefined;
  const { createAdmin } = await import('./admin.ts');
  return createAdmin(
    admin,
    authentication.issuers.map(({ issuer }) => issuer),
  );
}

async function operatorsLog({ open, log }: GatewayConfig): Promise<Observers> {
  // For the person at the terminal, whom a line of JSON among others would escape.
  if (open) process.stderr.write(`\n  *** ${openWarning} ***\n\n`);
  const { createLog } = await import('./observe/log.ts');
  return createLog(log.level);
}

/** The first call to stop is answered in good order; a second signal finds no listener and ends the process at once. */
function endWithProcess(stop: () => void): () => void {
  const events = ['SIGINT', 'SIGTERM', ...(process.connected ? ['disconnect'] : [])];
  for (const event of events) process.once(event, stop);
  return () => {
    for (const event of events) process.off(event, stop);
  };
}
