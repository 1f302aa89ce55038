/** The supervisor behind `npm start`: everything up, step by step; everything down, in order. */
import { existsSync } from 'node:fs';
import { banner } from './banner.ts';
import { bringUp } from './bring-up.ts';
import { gatewayPlan } from './plans.ts';
import { printProgress } from './progress.ts';
import { tellRefusals } from './refusals.ts';
import { readSettings, type Settings } from './settings.ts';
import { createShutdown, untilToldToStop } from './shutdown.ts';
import { styleFor } from './style.ts';
import { keepViewersMoving } from './viewers.ts';
import { watchSubgraphs } from './watch.ts';

export interface StartOptions {
  /** The checkout. */
  readonly house: string;
  readonly watch: boolean;
  readonly environment?: NodeJS.ProcessEnv;
}

/** Resolves once everything has been stopped again; rejects, with nothing left running, where a step failed. */
export async function startDemo({ house, watch, environment = process.env }: StartOptions): Promise<void> {
  const settings = readSettings({ house, watch, environment });
  const shutdown = createShutdown(print);
  // Steps that are cut short have nothing to say any more.
  const progress = printProgress((line) => (shutdown.begun ? undefined : print(line)));
  const told = untilToldToStop(environment);
  const style = styleFor(process.stdout);
  try {
    print(style.heading(`Starting Portcullis${watch ? ' from its sources' : ''}`));
    if (!existsSync(settings.state)) print('The first start makes databases and data; later ones find them.');
    const reason = await Promise.race([told, serve(settings, told)]);
    print(`\nStopping (${reason})`);
  } finally {
    await shutdown.run();
  }
  print('Stopped. What it made stays for the next start.');

  async function serve(settings: Settings, told: Promise<string>): Promise<string> {
    const started = performance.now();
    const running = await bringUp(settings, progress, shutdown);
    print(`${style.heading(`Ready in ${((performance.now() - started) / 1000).toFixed(1)} s.`)}\n`);
    print(await banner(settings, style));
    shutdown.add('refusals', tellRefusals({ log: gatewayPlan(settings).log, style, print }));
    const ownerUrl = running.databases.get('live')?.ownerUrl;
    const { viewersEveryMs: everyMs } = settings;
    if (ownerUrl !== undefined && everyMs > 0) {
      shutdown.add('viewers', keepViewersMoving({ ownerUrl, everyMs }));
    }
    if (watch) shutdown.add('watch', watchSubgraphs(running, settings, progress));
    return told;
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
