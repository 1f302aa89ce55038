/** What docs/policies.md shows works on the example company, and comes out as it says. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { obligationNames, readObligation } from '@portcullis/policies/engine/read/obligation';
import { repository } from '../mesh/folders.ts';
import { type Block, blocksOf } from './blocks.ts';

const blocks = await blocksOf('docs/policies.md');
const of = (language: string) => blocks.filter((block) => block.language === language);

/** The rules of the example company, and those of the page. */
let draft: string;
beforeAll(async () => {
  draft = await mkdtemp(join(tmpdir(), 'policies-'));
  await cp(join(repository, 'policies'), draft, {
    recursive: true,
    filter: (path) => !['engine', 'node_modules'].includes(basename(path)),
  });
  const write = (name: string, texts: readonly Block[]) =>
    writeFile(join(draft, 'audience', name), `${texts.map(({ text }) => text).join('\n\n')}\n`);
  await write('controllers.cedar', of('cedar'));
  await write('controllers.test.yaml', of('yaml'));
});
afterAll(() => rm(draft, { recursive: true }));

interface Ended {
  readonly code: number;
  readonly out: string;
}

/** A line of the page, as a shell in the house would run it. */
function run(line: string): Promise<Ended> {
  const command = line
    .replace('cli/portcullis.mjs', join(repository, 'cli/portcullis.mjs'))
    .replace(/ draft$/, ` ${draft}`);
  return new Promise((resolve) => {
    execFile('sh', ['-c', command], { cwd: repository }, (error, out, err) =>
      resolve({
        code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1,
        out: out + err,
      }),
    );
  });
}

describe('docs/policies.md', () => {
  it('shows rules and tests that pass, in Cedar’s own form', async () => {
    expect([of('cedar').length, of('yaml').length]).toEqual([2, 1]);
    for (const command of ['check', 'fmt --check']) {
      const { code, out } = await run(`node cli/portcullis.mjs policy ${command} --policies ${draft}`);
      expect({ command, code, out: code === 0 ? '' : out }).toEqual({ command, code: 0, out: '' });
    }
  }, 60_000);

  const lines = of('sh').flatMap(({ text }) => text.split('\n'));

  it('names every command', () => {
    const named = new Set(lines.map((line) => /^node cli\/portcullis\.mjs (policy \w+|\w+)/.exec(line)?.[1]));
    expect(named).toEqual(new Set(['policy check', 'policy test', 'policy fmt', 'policy diff', 'explain']));
  });

  it.each(lines.filter((line) => !line.includes('--against')))(
    'shows `%s`, which comes out as it says',
    async (line) => {
      const { code, out } = await run(line);
      expect({ code, out: code === 0 ? '' : out }).toEqual({ code: 0, out: '' });
      const at = blocks.findIndex(({ language, text }) => language === 'sh' && text === line);
      const shown = blocks[at + 1];
      if (at === -1 || shown?.language !== 'text') return;
      for (const part of shown.text.split('\n…\n')) expect(out).toContain(part);
    },
    60_000,
  );

  it('shows masks, filters and groups that can be read', async () => {
    const page = await readFile(join(repository, 'docs/policies.md'), 'utf8');
    const shown = [...page.matchAll(/`@(mask|rowFilter|minGroup)\("((?:[^"\\]|\\")+)"\)`/g)];
    expect(shown.length).toBeGreaterThan(8);
    for (const [text, name, value = ''] of shown) {
      const known = obligationNames.find((each) => each === name);
      expect({ text, read: known && readObligation(known, value.replaceAll('\\"', '"')) }).toEqual({
        text,
        read: expect.objectContaining({ kind: name }),
      });
    }
  });
});
