/** The order in which the demo comes up: whatever needs nothing starts at once, the rest when its need is met. */
import { type Child, keepAlive } from './child.ts';
import { type Databases, loadAll, migrateAll, openDatabases } from './databases.ts';
import { gatewayPlan, identityPlan, portOf, subgraphPlan } from './plans.ts';
import { type Claim, checkPorts } from './ports.ts';
import type { Progress } from './progress.ts';
import { prepareRevocations } from './revocations.ts';
import type { Plan } from './run.ts';
import type { Settings } from './settings.ts';
import type { Shutdown } from './shutdown.ts';
import { prepareStateFolder } from './state-folder.ts';

export interface Running {
  readonly databases: Databases;
  readonly subgraphs: ReadonlyMap<string, Child>;
}

/** Starts everything; what it started is in `shutdown`, also where it fails half way. */
export async function bringUp(settings: Settings, progress: Progress, shutdown: Shutdown): Promise<Running> {
  await prepareStateFolder(settings.state);
  await prepareRevocations(settings.state);
  await progress.step('ports', () => checkPorts(claims(settings)));
  const start = (plan: Plan) => {
    const child = keepAlive(plan, progress.event);
    shutdown.add(plan.name, () => child.stop());
    return child;
  };
  const identity = progress.step('identity provider', (note) => {
    note(`http://127.0.0.1:${settings.identityPort}`);
    return start(identityPlan(settings)).ready();
  });
  const databases = openDatabases(settings, progress, shutdown);
  const migrated = databases.then((urls) => migrateAll(urls, settings, progress));
  const data = Promise.all([databases, migrated]).then(([urls]) => loadAll(urls, settings, progress));
  const subgraphs = Promise.all([databases, migrated]).then(([urls]) =>
    startSubgraphs(urls, settings, progress, start),
  );
  const gateway = databases.then(() =>
    progress.step('gateway', (note) => {
      note(`http://127.0.0.1:${settings.gatewayPort}`);
      return start(gatewayPlan(settings)).ready();
    }),
  );
  const [urls, children] = await Promise.all([databases, subgraphs, identity, data, gateway]);
  return { databases: urls, subgraphs: children };
}

function claims({ gatewayPort, identityPort, domainPorts }: Settings): Claim[] {
  return [
    { port: gatewayPort, owner: 'gateway', variable: 'PORT' },
    { port: identityPort, owner: 'identity provider', variable: 'IDENTITY_PORT' },
    ...[...domainPorts].map(([domain, port]) => ({
      port,
      owner: `${domain} subgraph`,
      variable: 'SUBGRAPH_PORT',
    })),
  ];
}

function startSubgraphs(
  databases: Databases,
  settings: Settings,
  progress: Progress,
  start: (plan: Plan) => Child,
): Promise<ReadonlyMap<string, Child>> {
  return progress.step('subgraphs', async (note) => {
    const children = [...databases].map(
      ([domain, { appUrl }]) => [domain, start(subgraphPlan(settings, domain, appUrl))] as const,
    );
    await Promise.all(children.map(([, child]) => child.ready()));
    note(children.map(([domain]) => `${domain} :${portOf(settings, domain)}`).join(', '));
    return new Map(children);
  });
}
