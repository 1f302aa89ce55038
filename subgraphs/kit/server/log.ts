/** The log of a subgraph: one JSON object a line. Fields are named one by one: no token, no value, no person. */
import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

export function createLog(domain: string, level: string, destination?: DestinationStream): Log {
  return pino(
    { level, base: { service: `subgraph-${domain}` }, timestamp: pino.stdTimeFunctions.isoTime },
    // Synchronous: the last lines before an exit are the ones that matter.
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
}

export interface LoggedFault {
  readonly name: string;
  readonly code?: string;
  /** Places in code. */
  readonly at: readonly string[];
}

/** An unexpected error as a log may hold it; not its message, which can quote the data it stumbled over. */
export function loggedFault(fault: unknown): LoggedFault {
  // Not `instanceof`: an error can come from another realm.
  if (typeof fault !== 'object' || fault === null) return { name: typeof fault, at: [] };
  const { name, code, message, stack } = fault as Partial<NodeJS.ErrnoException>;
  return {
    name: String(name),
    ...(typeof code === 'string' && { code }),
    at: frames(String(stack), String(message)),
  };
}

/** The stack repeats the message first, over as many lines as it has. */
function frames(stack: string, message: string): readonly string[] {
  const places = stack.slice(stack.indexOf(message) + message.length).split('\n');
  return places
    .filter((line) => line.startsWith('    at '))
    .slice(0, 8)
    .map((line) => line.slice(7));
}
