/** Where the parts of a rule stand: a fault is told at the line of what is at fault, not at the rule's first one. */
import type { Rule } from '../rule.ts';
import { depthOf, linesIn, type Token, tokensOf } from './cedar-text.ts';

export type Place =
  | { readonly annotation: string }
  | { readonly head: 'principal' | 'action' | 'resource' }
  /** By its number, from 0. */
  | { readonly clause: number };

/** The rule's first line, if it has no such part. */
export function lineOf({ text, line }: Pick<Rule, 'text' | 'line'>, place: Place): number {
  const start = startOf(text, place);
  return start === undefined ? line : line + linesIn(text.slice(0, start));
}

function startOf(text: string, place: Place): number | undefined {
  const words = outerWords(text);
  if ('annotation' in place)
    return words.find(({ before, word }) => before === '@' && word === place.annotation)?.start;
  if ('head' in place)
    return words.find(({ depth, before, word }) => depth === 1 && before !== '@' && word === place.head)
      ?.start;
  const clauses = words.filter(
    ({ depth, before, word }) => depth === 0 && before !== '@' && (word === 'when' || word === 'unless'),
  );
  return clauses[place.clause]?.start;
}

interface Word {
  readonly word: string;
  readonly start: number;
  /** In how many brackets it stands. */
  readonly depth: number;
  /** What stands before it. */
  readonly before: string | undefined;
}

function outerWords(text: string): readonly Word[] {
  const words: Word[] = [];
  let depth = 0;
  let before: Token | undefined;
  for (const token of tokensOf(text)) {
    if (token.kind === 'space' || token.kind === 'comment') continue;
    if (token.kind === 'word')
      words.push({ word: token.text, start: token.start, depth, before: before?.text });
    depth += depthOf(token);
    before = token;
  }
  return words;
}
