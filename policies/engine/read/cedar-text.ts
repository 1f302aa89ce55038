/** Cedar text as it stands in a file: which policy is on which lines. Cedar's own splitting loses that. */

export interface PolicyText {
  /** From its first annotation, or its effect, to its semicolon. */
  readonly text: string;
  /** Of its first character, from 1. */
  readonly line: number;
  /** It is whole but for the semicolon, which is not there. */
  readonly lacksEnd: boolean;
  /** The expressions of its clauses, in order, without comments. */
  readonly clauses: readonly string[];
}

export interface Token {
  readonly kind: 'space' | 'comment' | 'string' | 'word' | 'mark';
  readonly text: string;
  readonly start: number;
}

/** As Cedar's lexer has them. What it does not know is a mark of one character here; Cedar then refuses it. */
const lexer =
  /(?<space>\s+)|(?<comment>\/\/[^\n\r]*)|(?<string>"(?:\\[\s\S]|[^"\\])*(?:"|\\?$))|(?<word>[A-Za-z_]\w*)|(?<mark>[\s\S])/gy;

/** Its policies in the order in which they stand; a rest that is none is one of them, for Cedar to refuse. */
export function splitPolicies(source: string): readonly PolicyText[] {
  const policies: PolicyText[] = [];
  let line = 1;
  let counted = 0;
  for (const tokens of statements(source)) {
    const significant = tokens.filter(isSignificant);
    const [first] = significant;
    const last = significant.at(-1);
    if (first === undefined || last === undefined) continue;
    line += linesIn(source.slice(counted, first.start));
    counted = first.start;
    const text = source.slice(first.start, last.start + last.text.length);
    policies.push({ text, line, lacksEnd: last.text !== ';' && isWhole(tokens), clauses: clausesOf(tokens) });
  }
  return policies;
}

/** A semicolon ends a policy, and so does the beginning of another one, lest its mistake be told of that one. */
function* statements(source: string): Generator<readonly Token[]> {
  let tokens: Token[] = [];
  let isAnnotation = false;
  for (const token of tokensOf(source)) {
    const begins = token.text === '@' || (isEffect(token) && !isAnnotation);
    if (begins && isWhole(tokens)) {
      yield tokens;
      tokens = [];
    }
    tokens.push(token);
    if (isSignificant(token)) isAnnotation = token.text === '@';
    if (token.kind === 'mark' && token.text === ';') {
      yield tokens;
      tokens = [];
    }
  }
  yield tokens;
}

/** Whether it has an effect and closes all that it opens. */
function isWhole(tokens: readonly Token[]): boolean {
  let depth = 0;
  let hasEffect = false;
  let isAnnotation = false;
  for (const token of tokens.filter(isSignificant)) {
    hasEffect ||= depth === 0 && isEffect(token) && !isAnnotation;
    isAnnotation = token.text === '@';
    depth += depthOf(token);
  }
  return hasEffect && depth === 0;
}

function isEffect({ kind, text }: Token): boolean {
  return kind === 'word' && (text === 'permit' || text === 'forbid');
}

export function* tokensOf(source: string): Generator<Token> {
  for (const { groups, index, 0: text } of source.matchAll(lexer)) {
    for (const kind of ['space', 'comment', 'string', 'word', 'mark'] as const) {
      if (groups?.[kind] !== undefined) yield { kind, text, start: index };
    }
  }
}

/** How many brackets a token opens, or closes. */
export function depthOf({ kind, text }: Token): number {
  if (kind !== 'mark') return 0;
  return '([{'.includes(text) ? 1 : ')]}'.includes(text) ? -1 : 0;
}

function isSignificant({ kind }: Token): boolean {
  return kind !== 'space' && kind !== 'comment';
}

/** What stands in the braces of `when` and `unless`. */
function clausesOf(tokens: readonly Token[]): readonly string[] {
  const clauses: string[] = [];
  let depth = 0;
  let start: number | undefined;
  let before: Token | undefined;
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'mark' && token.text === '{' && depth === 0 && before?.kind === 'word') {
      if (/^(?:when|unless)$/.test(before.text)) start = index + 1;
    }
    depth += depthOf(token);
    if (depthOf(token) < 0 && depth === 0 && start !== undefined) {
      clauses.push(withoutComments(tokens.slice(start, index)));
      start = undefined;
    }
    if (isSignificant(token)) before = token;
  }
  return clauses;
}

function withoutComments(tokens: readonly Token[]): string {
  return tokens
    .filter(({ kind }) => kind !== 'comment')
    .map(({ text }) => text)
    .join('')
    .trim();
}

/** How many line breaks there are, as editors count. */
export function linesIn(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}

/** The line of a place that Cedar names: it counts bytes. */
export function lineAt({ text, line }: PolicyText, byte: number): number {
  return line + linesIn(Buffer.from(text).subarray(0, byte).toString());
}

/** A string literal of Cedar. */
export function cedarString(value: string): string {
  const escaped = value.replaceAll(/["\\]|[^\x20-\x7e]/gu, (character) =>
    character === '"' || character === '\\'
      ? `\\${character}`
      : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return `"${escaped}"`;
}
