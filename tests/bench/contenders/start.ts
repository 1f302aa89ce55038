/** Who takes part: ours, and the peers that were asked for. */
import type { PeerName } from '../options.ts';
import { startApollo } from './apollo.ts';
import { startFloor } from './floor.ts';
import { startGrafbase } from './grafbase.ts';
import { startHive } from './hive.ts';
import { startPortcullis } from './portcullis.ts';
import type { Contender, Site } from './site.ts';

type Start = (site: Site) => Promise<Contender>;

const peerStarts: Readonly<Record<PeerName, readonly Start[]>> = {
  apollo: [startApollo],
  hive: [
    (site) => startHive(site, { name: 'Hive Gateway', planner: 'own', deduplicates: false }),
    (site) => startHive(site, { name: 'Hive, Rust planner', planner: 'rust', deduplicates: false }),
    (site) =>
      startHive(site, { name: 'Hive, Rust planner, de-duplicating', planner: 'rust', deduplicates: true }),
  ],
  grafbase: [
    (site) => startGrafbase(site, { name: 'Grafbase', deduplicates: false }),
    (site) => startGrafbase(site, { name: 'Grafbase, de-duplicating', deduplicates: true }),
  ],
  floor: [startFloor],
};

/** Ours is the first: the others are compared with it. */
export function starts(peers: readonly PeerName[]): readonly Start[] {
  return [startPortcullis, ...peers.flatMap((peer) => peerStarts[peer])];
}

/** One after the other, so that none pays for the start of another. */
export async function startContenders(
  site: Site,
  peers: readonly PeerName[],
  say: (line: string) => void,
): Promise<readonly Contender[]> {
  const contenders: Contender[] = [];
  for (const start of starts(peers)) {
    const contender = await start(site);
    say(`${contender.name} answers`);
    contenders.push(contender);
  }
  return contenders;
}
