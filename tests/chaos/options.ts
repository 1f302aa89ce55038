/** The command line of the run. */
import { parseArgs } from 'node:util';
import type { ChaosOptions } from './site.ts';

export const usage = `npm run test:chaos -- [options]

  --seconds N       how long the load lasts (600)
  --connections N   clients, each with one request under way (50)
  --restart N       seconds between two restarts of a subgraph (20)
  --seed N          fixes the faults and the operations that are drawn (1)`;

/** @throws RangeError, saying what cannot be */
export function readOptions(args: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '600' },
      connections: { type: 'string', default: '50' },
      restart: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
    },
  });
  return {
    seconds: positive(values.seconds),
    connections: positive(values.connections),
    restartSeconds: positive(values.restart),
    seed: positive(values.seed),
  };
}

function positive(text: string): number {
  const number = Number(text);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new RangeError(`${text} is no number above zero`);
}
