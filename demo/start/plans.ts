/** What each process of the demo is started with: its script, its environment, and how to tell that it is ready. */
import { join } from 'node:path';
import type { Plan } from './run.ts';
import type { Settings } from './settings.ts';

/** From the sources the demo runs sources, from `dist` it runs what was built: both trees have the same shape. */
const tree = join(import.meta.dirname, '../..');
const extension = import.meta.filename.endsWith('.ts') ? '.ts' : '.js';

export function identityPlan(settings: Settings): Plan {
  const issuer = `http://127.0.0.1:${settings.identityPort}`;
  return plan(settings, {
    name: 'identity',
    script: 'demo/identity/main',
    environment: { PORT: String(settings.identityPort), PORTCULLIS_STATE: settings.state },
    readyUrl: `${issuer}/.well-known/openid-configuration`,
  });
}

/** A subgraph gets the address of its own database, as the role that owns nothing, and no other. */
export function subgraphPlan(settings: Settings, domain: string, databaseUrl: string): Plan {
  const port = portOf(settings, domain);
  const gateway = gatewayAddress(settings);
  return plan(settings, {
    name: domain,
    script: `subgraphs/${domain}/main`,
    environment: {
      HOST: '127.0.0.1',
      PORT: String(port),
      [`${variableStem(domain)}_DATABASE_URL`]: databaseUrl,
      TXN_TOKEN_ISSUER: gateway,
      TXN_TOKEN_JWKS: `${gateway}/.well-known/jwks.json`,
    },
    readyUrl: `http://127.0.0.1:${port}/readyz`,
  });
}

/** The gateway runs as anybody would run it: by the command line, with the demo's configuration file. */
export function gatewayPlan(settings: Settings): Plan {
  const addresses = [...settings.domainPorts].map(([domain, port]) => [
    `${variableStem(domain)}_URL`,
    `http://127.0.0.1:${port}/graphql`,
  ]);
  return plan(settings, {
    name: 'gateway',
    script: 'cli/portcullis',
    args: ['gateway', '--config', join(settings.house, 'demo/gateway.yaml')],
    environment: {
      ...Object.fromEntries(addresses),
      PORT: String(settings.gatewayPort),
      IDENTITY_PORT: String(settings.identityPort),
      PORTCULLIS_STATE: settings.state,
    },
    readyUrl: `${gatewayAddress(settings)}/readyz`,
  });
}

/** How a domain is written in the names of variables. */
function variableStem(domain: string): string {
  return domain.toUpperCase().replaceAll('-', '_');
}

export function gatewayAddress(settings: Settings): string {
  return `http://127.0.0.1:${settings.gatewayPort}`;
}

export function portOf(settings: Settings, domain: string): number {
  const port = settings.domainPorts.get(domain);
  if (port === undefined) throw new Error(`no port is kept for ${domain}`);
  return port;
}

type Sketch = Pick<Plan, 'name' | 'script' | 'environment' | 'readyUrl'> & Partial<Pick<Plan, 'args'>>;

function plan(settings: Settings, { script, environment, args = [], ...rest }: Sketch): Plan {
  return {
    ...rest,
    args,
    script: join(tree, `${script}${extension}`),
    folder: settings.house,
    environment: { ...inherited(settings.environment), ...environment },
    log: join(settings.logs, `${rest.name}.log`),
  };
}

/** Everything but the addresses of databases, which hold passwords, and what npm says to its own. */
function inherited(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/DATABASE_URL$|^npm_|^PORT$/.test(name)),
  );
}
