/** What a caller asked for cannot be answered; a text tells what to do and repeats no value. */
import { GraphQLError } from 'graphql';

export function badUserInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

/** One text for everything that the caller may not use: it tells nothing of what is there. */
export function forbidden(): GraphQLError {
  return new GraphQLError('Access to this field is denied.', { extensions: { code: 'FORBIDDEN' } });
}
