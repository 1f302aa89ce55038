/** The end of a log, for people: what a process said before it died. */
import { readFile } from 'node:fs/promises';

export async function excerpt(file: string, lines = 12): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const last = text.trimEnd().split('\n').slice(-lines).map(readable);
  return last.map((line) => `    | ${line}`).join('\n');
}

/** Structured lines (pino) are reduced to their message. */
function readable(line: string): string {
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== 'object' || entry === null || !('msg' in entry)) return line;
    const error = 'err' in entry ? (entry.err as { readonly message?: unknown } | null) : undefined;
    return error?.message === undefined ? String(entry.msg) : `${entry.msg}: ${error.message}`;
  } catch {
    return line;
  }
}
