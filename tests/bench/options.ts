/** The command line of the benchmark. */
import { parseArgs } from 'node:util';
import { type Mode, modes } from './workloads.ts';

export const peerNames = ['apollo', 'hive', 'grafbase', 'floor'] as const;
export type PeerName = (typeof peerNames)[number];

export interface Options {
  readonly quick: boolean;
  readonly json: boolean;
  readonly out: string | undefined;
  readonly rounds: number;
  readonly seconds: number;
  readonly principals: number;
  readonly connections: number;
  readonly only: readonly string[];
  readonly modes: readonly Mode[];
  readonly peers: readonly PeerName[];
  /** The workload to profile instead of measuring. */
  readonly profile: string | undefined;
}

export const usage = `npm run bench -- [options]

  --only W1,W2,W3,P,micro,identity,start  what to measure; all of it by default
  --modes same,auth,…      ${modes.join(', ')}; all by default
  --peers apollo,hive,…    ${peerNames.join(', ')}; all by default, none: ours alone
  --principals N           how many people ask in turn (300)
  --connections N          the load, each with one request under way (50)
  --rounds N, --seconds N  interleaved rounds (5) of so many seconds each (3)
  --quick                  ours and the reference only, short; fails on a regression
  --profile W1             where the time of our gateway goes, by stage
  --json                   figures instead of tables
  --out FILE               writes what is printed into a file as well`;

const parts = ['W1', 'W2', 'W3', 'P', 'micro', 'identity', 'start'];

/** @throws RangeError, saying what cannot be */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      out: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '3' },
      principals: { type: 'string', default: '300' },
      connections: { type: 'string', default: '50' },
      only: { type: 'string', default: parts.join() },
      modes: { type: 'string', default: modes.join() },
      peers: { type: 'string', default: peerNames.join() },
      profile: { type: 'string' },
    },
  });
  return {
    ...values,
    out: values.out,
    profile: values.profile,
    rounds: positive(values.rounds),
    seconds: positive(values.seconds),
    principals: positive(values.principals),
    connections: positive(values.connections),
    only: among(values.only, parts),
    modes: among(values.modes, modes),
    peers: values.peers === 'none' ? [] : among(values.peers, peerNames),
  };
}

function among<Name extends string>(list: string, known: readonly Name[]): readonly Name[] {
  return list.split(',').map((name) => {
    const found = known.find((each) => each === name);
    if (found === undefined) throw new RangeError(`${name} is none of ${known.join(', ')}`);
    return found;
  });
}

function positive(text: string): number {
  const number = Number(text);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new RangeError(`${text} is no number above zero`);
}
