/** Errors as they cross from one thread to another, where their classes do not. */
import { ClientError, type ErrorCode, InternalError } from '../errors.ts';

export interface Failure {
  readonly message: string;
  /** Of a `ClientError`. */
  readonly code: ErrorCode | undefined;
  readonly isInternal: boolean;
  /** For the log: where it was thrown. */
  readonly stack: string | undefined;
}

export function failureOf(error: unknown): Failure {
  return {
    message: error instanceof Error ? error.message : String(error),
    code: error instanceof ClientError ? error.code : undefined,
    isInternal: error instanceof InternalError,
    stack: error instanceof Error ? error.stack : undefined,
  };
}

/** What was thrown there, to be thrown here. */
export function revive({ message, code, isInternal, stack }: Failure): Error {
  if (code !== undefined) return new ClientError(code, message);
  const error = isInternal ? new InternalError(message) : new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
