/** The text of an error as an answer may hold it: short, and without the values that it is about. */
import { GraphQLError } from 'graphql';

const longest = 300;

/** Where graphql-js quotes what was sent: everything from there on, since a value may hold any text. */
const quoting: readonly (readonly [RegExp, string])[] = [
  [/ got invalid value [\s\S]*$/, ' got an invalid value'],
  [/( cannot represent [a-zA-Z0-9 -]*value): [\s\S]*$/, '$1'],
  [/^(Expected value of type "[^"]*"), found [\s\S]*$/, '$1'],
  [/, found (Block)?String "[\s\S]*$/, ', found a string'],
  [/^Value "[\s\S]*" does not exist in /, 'The value does not exist in '],
];

/** @param thrown the error that `message` is of; what a variable's value was refused for is its cause */
export function answeredText(message: string, thrown: unknown): string {
  const cause = thrown instanceof GraphQLError ? thrown.originalError : undefined;
  const refused = / got invalid value /.test(message) && cause instanceof GraphQLError;
  const text = refused
    ? `${withoutValues(message)}: ${withoutValues(cause.message)}`
    : withoutValues(message);
  // Not in the middle of a surrogate pair.
  return text.length <= longest ? text : `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

function withoutValues(message: string): string {
  return quoting.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), message);
}
