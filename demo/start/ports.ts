/** Ports are checked before anything starts: a taken one is the commonest reason why a demo does not. */
import { createServer } from 'node:net';

export interface Claim {
  readonly port: number;
  readonly owner: string;
  /** The variable that moves it. */
  readonly variable: string;
}

/** Throws with a line for each port that is taken. */
export async function checkPorts(claims: readonly Claim[]): Promise<void> {
  const taken = (
    await Promise.all(claims.map(async (claim) => ((await isFree(claim.port)) ? [] : claim)))
  ).flat();
  if (taken.length === 0) return;
  const lines = taken.map(
    ({ port, owner, variable }) => `  port ${port} for the ${owner} is taken (${variable} moves it)`,
  );
  throw new Error(
    `something listens already:\n${lines.join('\n')}\nIs another demo running? Stop what listens there, or choose other ports.`,
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ host: '127.0.0.1', port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
