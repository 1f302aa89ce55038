import { execFile } from 'node:child_process';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { portcullis } from '../fixture/call.ts';
import { type Library, writeLibrary } from '../fixture/library.ts';

let library: Library;
beforeAll(async () => {
  library = await writeLibrary();
  await cp(join(library.folder, 'policies'), join(library.folder, 'before'), { recursive: true });
});
afterAll(() => library.remove());

const diff = (...args: readonly string[]) =>
  portcullis(['policy', 'diff', ...args, '--config', join(library.folder, 'graph.yaml')], library.folder);

async function change(file: string, from: string, to: string): Promise<void> {
  const text = await readFile(join(library.folder, file), 'utf8');
  expect(text).toContain(from);
  await library.write(file, text.replace(from, to));
}

test('of two folders, each difference once: what widens first', async () => {
  expect((await diff('before', 'policies')).out).toMatch(
    /^rules [\w-]{22} → [\w-]{22}, 4 principals of the test files: none of them may do more or less than before\.\n$/,
  );
  await change('policies/global/rules.cedar', '@mask("hash")', '@mask("redact")');
  await change(
    'policies/readers/readers.cedar',
    'action == Action::"aggregate", resource in Type::"Reader")\nwhen { principal.purpose == Purpose::"statistics" }',
    'action in [Action::"aggregate", Action::"read"], resource in Tag::"person")\nwhen { principal.purpose == Purpose::"statistics" }',
  );
  const { code, out } = await diff('before', 'policies');
  expect(code).toBe(0);
  expect(out.split('\n').slice(2)).toEqual([
    'WIDER   2 fields can be read',
    '        for ana (bi)',
    '            Reader.{id, branch}',
    '',
    'less    1 field has mask redact when read, was hash',
    '        for idle (human)',
    '            Reader.email',
    '',
    '2 changes: 1 lets somebody do or see more.',
    '',
  ]);
});

test('fails if anything widens, if it is told to', async () => {
  expect((await diff('before', 'policies', '--exit-code')).code).toBe(1);
  const { code, out } = await diff('policies', 'policies', '--exit-code', '--json');
  expect([code, JSON.parse(out)]).toMatchObject([0, { changes: [], widens: false }]);
});

test('since a revision, with the schemas as they were: a tag that is gone opens what it protected', async () => {
  const git = (...args: readonly string[]) => promisify(execFile)('git', args, { cwd: library.folder });
  await git('init', '--quiet');
  await git('add', '.');
  const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
  await git(...who, 'commit', '--quiet', '--message', 'Before');
  await change('books.graphql', ' @tag(name: "internal")', '');
  const flags = ['--policies', join(library.folder, 'policies')];
  const { code, out } = await diff('--against', 'HEAD', ...flags);
  expect(code).toBe(0);
  expect(out).toMatch(
    /^WIDER {3}1 field can be read, filtered by, aggregated\n {8}for nobody \(anonymous\), ana \(bi\)\n {12}Book\.price$/m,
  );
  const unknown = await diff('--against', '--output=x', ...flags);
  expect([unknown.code, unknown.err]).toEqual([
    2,
    expect.stringContaining("'--against' argument is ambiguous"),
  ]);
  const none = await diff('--against', 'nothing', ...flags);
  expect([none.code, none.err]).toEqual([
    1,
    expect.stringMatching(
      /^portcullis policy diff: .* has no revision "nothing" \(fatal: .*\); `git log --oneline` lists what it has$/m,
    ),
  ]);
});

test('since a revision, of what is in no work tree, says the ways out', async () => {
  const outside = await writeLibrary();
  const flags = ['--policies', join(outside.folder, 'policies')];
  const { code, err } = await diff('--against', 'HEAD', ...flags);
  await outside.remove();
  expect(code).toBe(1);
  expect(err).toContain(
    `${join(outside.folder, 'policies')} is in no work tree of Git, so there is no revision`,
  );
  expect(err).toContain(
    'Name a folder of a checkout by --policies, or compare two folders: portcullis policy diff OLD NEW',
  );
});

test.each([[['before']], [['before', 'policies', 'other']], [['--against', 'HEAD', 'before']]])(
  'what is asked wrongly is told: %j',
  async (args) => {
    expect((await diff(...args)).code).toBe(2);
  },
);

test('a rule that differs and concerns none of the principals is no all-clear', async () => {
  await cp(join(library.folder, 'policies'), join(library.folder, 'unseen'), { recursive: true });
  await library.write(
    'unseen/readers/more.cedar',
    '@id("readers.nobody-tested")\npermit (principal in Role::"librarian", action == Action::"aggregate", resource in Type::"Reader")\nwhen { principal.purpose == Purpose::"statistics" };\n',
  );
  const { code, out, err } = await diff('policies', 'unseen', '--exit-code');
  expect(err).toBe('');
  expect(out).toMatch(
    /none of them may do more or less than before\.\nBut 1 rule differs, and concerns none of them: readers\.nobody-tested\. Add a principal/,
  );
  expect(code).toBe(1);
});
