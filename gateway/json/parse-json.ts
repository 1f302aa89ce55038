/**
 * `JSON.parse`, stricter: two readers of one text must never see two documents (RFC 8259 §4: the behaviour of
 * software that receives duplicate names is unpredictable). Used wherever JSON comes from outside.
 */

/** Its message may be shown: it quotes nothing. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
}

/** Deeper values serve nobody and make whatever walks them recursively fail. */
const deepest = 100;

/** @throws JsonError */
export function parseJson(text: string): unknown {
  const value = parse(text);
  const { members, depth } = measure(value);
  if (depth > deepest) throw new JsonError(`nests deeper than ${deepest} levels`);
  if (members !== membersWritten(text)) throw new JsonError('names a member of an object twice');
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // The engine's message quotes the text; only the position is taken from it.
    const position = /position (\d+)/.exec(String(cause))?.[1];
    throw new JsonError(
      position === undefined ? 'is not valid JSON' : `is not valid JSON at character ${position}`,
      {
        cause,
      },
    );
  }
}

/** In valid JSON each colon outside a string belongs to one member. A loop: a regular expression may run out of stack. */
function membersWritten(text: string): number {
  let count = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') inString = !inString;
    else if (inString && character === '\\') at += 1;
    else if (!inString && character === ':') count += 1;
  }
  return count;
}

/** The members that are left after parsing, and the depth; with a stack of its own, since the text chose the depth. */
function measure(value: unknown): { readonly members: number; readonly depth: number } {
  let members = 0;
  let depth = 0;
  const waiting = [{ value, level: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    depth = Math.max(depth, next.level);
    if (typeof next.value !== 'object' || next.value === null) continue;
    const parts = Object.values(next.value);
    if (!Array.isArray(next.value)) members += parts.length;
    for (const part of parts) waiting.push({ value: part, level: next.level + 1 });
  }
  return { members, depth };
}
