/**
 * `npm run test:outage`: a provider that is down for five minutes, in real time, with keys that come of age meanwhile. Not one
 * request with its tokens may fail.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openSite, type Site } from './site.ts';

const usage = `npm run test:outage -- [options]

  --before N        seconds for which the provider is up first (480: its keys come of age, after 600, while it is down)
  --down N          seconds for which it is down (300)
  --per-second N    requests (20)`;

/** Seconds that the gateway has to fetch keys when the provider is back; it asks every two. */
const patience = 10;

const options = read();
const site = await openSite({
  perSecond: options.perSecond,
  seconds: options.before + options.down + 3 * patience,
});
const complaints = await run(site);
await site.close();
console.log(complaints.length === 0 ? '\nNothing failed.' : `\n${complaints.join('\n')}`);
process.exit(complaints.length === 0 ? 0 : 1);

function read() {
  const { values } = parseArgs({
    options: {
      before: { type: 'string', default: '480' },
      down: { type: 'string', default: '300' },
      'per-second': { type: 'string', default: '20' },
      help: { type: 'boolean', default: false },
    },
  });
  const read = {
    before: Number(values.before),
    down: Number(values.down),
    perSecond: Number(values['per-second']),
  };
  if (!values.help && Object.values(read).every((number) => number > 0)) return read;
  console.log(usage);
  process.exit(values.help ? 0 : 2);
}

interface Figures {
  readonly requests: number;
  readonly failed: number;
  readonly shown: number;
  readonly fetched: number;
  readonly unavailable: number;
}

/** @returns what is wrong */
async function run(site: Site): Promise<readonly string[]> {
  console.log(
    '| provider | seconds | requests | failed | tokens never shown before | keys fetched | not fetched |',
  );
  console.log(`|---|${'--:|'.repeat(6)}`);
  await phase(site, 'up', () => sleep(options.before * 1000));
  await site.provider.stop();
  const down = await phase(site, 'down', () => sleep(options.down * 1000));
  await site.provider.start();
  const again = await phase(site, 'up again', () => sleep(patience * 1000));
  const { failed, requests, failures } = site.asking;
  return [
    ...(failed > 0 ? [`${failed} of ${requests} requests failed:`, ...failures] : []),
    ...(down.unavailable === 0
      ? ['No keys were asked for while the provider was down: nothing is shown.']
      : []),
    ...(again.fetched === 0 ? ['No keys were fetched when the provider was back.'] : []),
  ];
}

/** @returns what has come in it, which it prints as well */
async function phase(site: Site, name: string, act: () => Promise<void>): Promise<Figures> {
  const [begun, before] = [performance.now(), figuresOf(site)];
  await act();
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  const after = figuresOf(site);
  const found: Figures = {
    requests: after.requests - before.requests,
    failed: after.failed - before.failed,
    shown: after.shown - before.shown,
    fetched: after.fetched - before.fetched,
    unavailable: after.unavailable - before.unavailable,
  };
  const { requests, failed, shown, fetched, unavailable } = found;
  console.log(`| ${[name, seconds, requests, failed, shown, fetched, unavailable].join(' | ')} |`);
  return found;
}

function figuresOf({ asking, rate, fetched, unavailable }: Site): Figures {
  const { requests, failed } = asking;
  return { requests, failed, shown: rate.shown, fetched, unavailable: unavailable.length };
}
