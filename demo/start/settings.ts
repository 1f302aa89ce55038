/** What the demo runs with: the environment, read once, and where everything is. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { domainNames } from '../data/domains.ts';
import { type ScaleName, scaleOf } from '../data/scale.ts';

export interface Settings {
  /** The checkout. */
  readonly house: string;
  /** Where the demo keeps keys, secrets, logs and (for ordinary users) the database. */
  readonly state: string;
  readonly logs: string;
  readonly gatewayPort: number;
  readonly identityPort: number;
  /** Every domain of the house, those with demo data first, so that a new one moves no other's port. */
  readonly domainPorts: ReadonlyMap<string, number>;
  readonly scale: ScaleName;
  /** How often the viewers of live streams change; 0: never. */
  readonly viewersEveryMs: number;
  readonly environment: NodeJS.ProcessEnv;
  /** Follow the sources: restart what changes. */
  readonly watch: boolean;
}

interface Wish {
  readonly house: string;
  readonly watch: boolean;
  readonly environment: NodeJS.ProcessEnv;
}

/** Ports can be moved, so that two checkouts can run side by side. */
export function readSettings({ house, watch, environment }: Wish): Settings {
  const first = port(environment, 'SUBGRAPH_PORT', 4101);
  const state = environment['PORTCULLIS_STATE'] || join(house, '.portcullis');
  return {
    house,
    watch,
    environment,
    scale: scaleOf(environment['DATA_SCALE'] || undefined).name,
    state,
    logs: join(state, 'logs'),
    viewersEveryMs: pace(environment, 'VIEWERS_EVERY_MS', 2_000),
    gatewayPort: port(environment, 'PORT', 4000),
    identityPort: port(environment, 'IDENTITY_PORT', 4010),
    domainPorts: new Map(domainsOf(house).map((name, index) => [name, first + index])),
  };
}

/** A domain is a folder that says how it is served. */
function domainsOf(house: string): readonly string[] {
  const folder = join(house, 'subgraphs');
  const served = readdirSync(folder).filter((name) =>
    ['main.ts', 'main.js'].some((script) => existsSync(join(folder, name, script))),
  );
  const known: readonly string[] = domainNames;
  const others = served.filter((name) => !known.includes(name)).sort();
  return [...known.filter((name) => served.includes(name)), ...others];
}

function port(environment: NodeJS.ProcessEnv, variable: string, standard: number): number {
  const text = environment[variable];
  if (text === undefined || text === '') return standard;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0 && value <= 65_000) return value;
  throw new Error(`${variable}=${text} is no port: give a number from 1 to 65000, or unset it.`);
}

function pace(environment: NodeJS.ProcessEnv, variable: string, standard: number): number {
  const text = environment[variable];
  if (text === undefined || text === '') return standard;
  if (/^\d{1,7}$/.test(text)) return Number(text);
  throw new Error(
    `${variable}=${text} is no pause: give a number of milliseconds, 0 for never, or unset it.`,
  );
}
