/** The fenced blocks of a Markdown page, with the line of text that stands before each. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../mesh/folders.ts';

export interface Block {
  readonly language: string;
  readonly text: string;
  /** The last line of prose before it. */
  readonly before: string;
}

export async function blocksOf(page: string): Promise<readonly Block[]> {
  const blocks: Block[] = [];
  let before = '';
  let open: { language: string; lines: string[] } | undefined;
  for (const line of (await readFile(join(repository, page), 'utf8')).split('\n')) {
    const fence = /^```(\w*)$/.exec(line);
    if (open !== undefined && fence !== null) {
      blocks.push({ language: open.language, text: open.lines.join('\n'), before });
      open = undefined;
    } else if (fence !== null) {
      open = { language: fence[1] ?? '', lines: [] };
    } else if (open !== undefined) {
      open.lines.push(line);
    } else if (line.trim() !== '') {
      before = line;
    }
  }
  return blocks;
}
