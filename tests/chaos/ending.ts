/** What has to hold when the last client has gone: nothing left open, flat memory, an end in good order. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type MemoryFigures, memoryFigures, type Sample } from './gateway/memory.ts';
import type { Verdict } from './oracle/verdict.ts';
import type { Site } from './site.ts';

/** Keep-alive connections rest for 4 s towards subgraphs, for 5 s and more towards clients. */
const idleMs = 20_000;
const stopMs = 5_000;

const mostGrowthMb = 60;
/** Less is warm-up for the most part. */
const leastSeconds = 60;

export interface Ending {
  readonly socketsAtRest: number | undefined;
  readonly socketsAfter: number | undefined;
  readonly stoppedAfterMs: number;
}

export async function checkEnd(site: Site, atRest: number | undefined): Promise<Ending> {
  const { gateway, subgraphs, verdict, say } = site;
  const open = () => subgraphs.reduce((sum, { connections }) => sum + connections, 0);
  const isQuiet = () => open() === 0 && (gateway.sockets() ?? 0) <= (atRest ?? 0);
  const patience = Date.now() + idleMs;
  say('the clients have gone: waiting for connections to end');
  while (!isQuiet() && Date.now() < patience && gateway.isRunning()) await sleep(250);
  const socketsAfter = gateway.sockets();
  if (!isQuiet())
    verdict.violate(
      `left open: ${socketsAfter} sockets, ${atRest} before; ${open()} connections to subgraphs`,
    );
  const { code, late, ms } = await gateway.stop(stopMs);
  if (code !== 0 || late) verdict.violate(`SIGTERM ended it with ${late ? 'nothing' : code} after ${ms} ms`);
  if (gateway.complaints() !== '') verdict.violate(`it wrote to stderr: ${gateway.complaints()}`);
  for (const fault of gateway.log.faults) verdict.violate(`its log has: ${fault}`);
  return { socketsAtRest: atRest, socketsAfter, stoppedAfterMs: ms };
}

export function checkMemory(
  samples: readonly Sample[],
  seconds: number,
  verdict: Verdict,
): MemoryFigures | undefined {
  const figures = memoryFigures(samples);
  if (figures !== undefined && seconds >= leastSeconds && figures.growth > mostGrowthMb)
    verdict.violate(`memory grew by ${Math.round(figures.growth)} MB`);
  return figures;
}
