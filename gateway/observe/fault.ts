/** An error as the log may hold it. */
import { InternalError } from '../errors.ts';

export interface LoggedFault {
  readonly name: string;
  /** Only of errors of ours: texts of others quote the data they stumbled over (`JSON.parse`, graphql-js scalars). */
  readonly message?: string;
  readonly code?: string;
  /** Places in code, without the line that repeats the message. */
  readonly at?: readonly string[];
  readonly cause?: LoggedFault;
}

/** Deeper chains end here, circular ones included. */
const longestChain = 5;

export function loggedFault(error: unknown, depth = 1): LoggedFault {
  if (!isError(error)) return { name: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const at = frames(error);
  return {
    name: error.name,
    ...(error instanceof InternalError && { message: error.message }),
    ...(code !== undefined && { code }),
    ...(at.length > 0 && { at }),
    ...(error.cause !== undefined && depth < longestChain && { cause: loggedFault(error.cause, depth + 1) }),
  };
}

/** Not `instanceof`: an error can come from another realm (a worker, a vm context). */
function isError(value: unknown): value is Error {
  return typeof value === 'object' && value !== null && 'name' in value && 'message' in value;
}

/** The stack repeats the message first, over as many lines as it has; what follows are places in code. */
function frames({ stack, message }: Error): readonly string[] {
  if (typeof stack !== 'string') return [];
  const start = stack.indexOf(message);
  if (start === -1) return [];
  return stack
    .slice(start + message.length)
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 10)
    .map((line) => line.trim().slice(3));
}
