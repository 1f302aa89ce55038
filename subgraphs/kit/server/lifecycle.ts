/** The process of a subgraph: how it is told to end, and what it says when it cannot start. */
import type { Log } from './log.ts';

/** Ends the process in order at SIGTERM or SIGINT, and when a supervisor that it has a channel to dies. */
export function endWithProcess(close: () => Promise<void>, log: Log): void {
  let ending = false;
  const end = (reason: string) => {
    if (ending) return;
    ending = true;
    log.info({ reason }, 'ending');
    close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', () => end('SIGTERM'));
  process.on('SIGINT', () => end('SIGINT'));
  // The kernel closes the channel of a supervisor that was killed, which no signal would tell us.
  if (process.connected) process.on('disconnect', () => end('the supervisor has gone'));
}

/** Says why and exits: the message is for a person, so no stack goes with it. */
export function failToStart(error: unknown, log: Log): never {
  const message =
    typeof error === 'object' && error !== null && 'message' in error ? error.message : String(error);
  log.fatal({ err: { message } }, 'cannot start');
  process.exit(1);
}
