/** The head of a reply, of which only four fields matter. */

export interface ReplyHead {
  readonly retryAfter: string | undefined;
  /** It announces a body that is not the bytes themselves, which was not asked for, or one that is too large. */
  readonly acceptable: boolean;
}

/** By length, which tells most fields apart without making a string of their names. */
const names: readonly (string | undefined)[] = Object.freeze(
  ['retry-after', 'content-length', 'content-encoding', 'transfer-encoding'].reduce<(string | undefined)[]>(
    (byLength, name) => {
      byLength[name.length] = name;
      return byLength;
    },
    [],
  ),
);

/** `fields` are names and values in turn, as they came. */
export function readHead(fields: readonly Buffer[], mostBytes: number): ReplyHead {
  let retryAfter: string | undefined;
  let acceptable = true;
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = nameOf(fields[index]);
    if (name === undefined) continue;
    const value = fields[index + 1]?.toString('latin1').trim() ?? '';
    if (name === 'retry-after') retryAfter = value;
    else if (name === 'content-length') acceptable &&= Number(value) <= mostBytes;
    else acceptable &&= value.toLowerCase() === (name === 'content-encoding' ? 'identity' : 'chunked');
  }
  return { retryAfter, acceptable };
}

function nameOf(field: Buffer | undefined): string | undefined {
  const candidate = names[field?.length ?? 0];
  return candidate !== undefined && field?.toString('latin1').toLowerCase() === candidate
    ? candidate
    : undefined;
}
