/** Logs those of a result's errors that are a fault of ours, without their text. */
import type { GraphQLError } from 'graphql';
import { isFault } from './answered-error.ts';
import { type Log, loggedFault } from './log.ts';

export function logFaults(errors: readonly GraphQLError[], log: Log): void {
  for (const error of errors) {
    if (!isFault(error.extensions['code'])) continue;
    log.error(
      { path: error.path, fault: loggedFault(error.originalError ?? error) },
      'a fault of the subgraph',
    );
  }
}
