/** What a document may cost before anything but the lexer has read it. */
import { GraphQLError, Lexer, Source, TokenKind } from 'graphql';
import { ClientError } from '../errors.ts';
import { parseFailure } from './failures.ts';

/**
 * The parser and the passes after it call themselves for each bracket; with this many they cannot exhaust the stack.
 * Selections are limited more tightly, by the depth limit, once fragments are known.
 */
const deepestNesting = 200;

const opening: ReadonlySet<string> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const closing: ReadonlySet<string> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/** Counts tokens and nesting in one pass that needs no stack. */
export function assertWithinBudget(text: string, maxTokens: number): void {
  const lexer = new Lexer(new Source(text));
  let tokens = 0;
  let nesting = 0;
  for (let kind = advance(lexer); kind !== TokenKind.EOF; kind = advance(lexer)) {
    tokens += 1;
    if (tokens > maxTokens) {
      throw new ClientError('COST_LIMIT', `the document has more than ${maxTokens} tokens`);
    }
    if (opening.has(kind)) nesting += 1;
    if (closing.has(kind)) nesting -= 1;
    if (nesting > deepestNesting) {
      throw new ClientError(
        'DEPTH_LIMIT',
        `the document nests brackets more than ${deepestNesting} levels deep`,
      );
    }
  }
}

function advance(lexer: Lexer): TokenKind {
  try {
    return lexer.advance().kind;
  } catch (error) {
    throw error instanceof GraphQLError ? parseFailure(error) : error;
  }
}
