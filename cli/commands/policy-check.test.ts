import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { portcullis } from '../fixture/call.ts';
import { type Library, libraryTests, writeLibrary } from '../fixture/library.ts';

let library: Library;
beforeEach(async () => {
  library = await writeLibrary();
});
afterEach(() => library.remove());

const readers = 'policies/readers/readers.cedar';
const textOf = (file: string) => readFile(join(library.folder, file), 'utf8');
const add = async (rule: string) => library.write(readers, `${await textOf(readers)}${rule}\n`);

describe('policy check', () => {
  const check = (...args: readonly string[]) =>
    portcullis(['policy', 'check', ...args, ...library.flags], library.folder);

  test('says that all is well, and with which version', async () => {
    const { code, out, err } = await check();
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^10 rules \([\w-]{22}\)\.\n\n3 cases, 1 invariant: all as expected\.\n$/);
  });

  test('tells every mistake by file, line and rule, with the way out', async () => {
    await add(
      '@id("readers.typo")\npermit (principal in Role::"libarian", action, resource in Type::"Readers");',
    );
    await add('@id("readers.books")\npermit (principal, action, resource in Type::"Book");');
    const { code, out } = await check();
    expect(code).toBe(1);
    const lines = out.trimEnd().split('\n');
    expect(out).toMatch(new RegExp(`^${readers}:15: error \\[readers\\.typo\\]: `, 'm'));
    expect(out).toContain(`${readers}:17: error [readers.books]`);
    expect(out).toContain('did you mean');
    expect(lines.at(-1)).toMatch(/^The rules cannot be used: \d+ errors\. Their tests were not tried\.$/);
  });

  test('warns of a mask that does not fit, and is content', async () => {
    await add(
      '@id("readers.fines") @mask("hash")\nforbid (principal, action == Action::"read", resource == Field::"Reader.fines");',
    );
    const { code, out } = await check();
    expect(code).toBe(0);
    expect(out).toContain(
      `${readers}:14: warning [readers.fines]: \`@mask("hash")\` shows null of Reader.fines (Int); take a mask`,
    );
    expect(out).toMatch(/^11 rules \([\w-]{22}\), 1 warning\.$/m);
  });

  test('reads as failing where a test file cannot be understood', async () => {
    await library.write('policies/readers/readers.test.yaml', libraryTests.replace('as: ana', 'as: anna'));
    const { code, out } = await check();
    expect(code).toBe(1);
    expect(out.trimEnd().split('\n').at(-1)).toBe(
      'FAILED: 1 mistake in the test files (2 cases, 1 invariant tried).',
    );
  });

  test('fails with the tests, and says all of it as JSON', async () => {
    await library.write(
      'policies/readers/readers.test.yaml',
      libraryTests.replace('minGroup: 5', 'minGroup: 6'),
    );
    const { code, out } = await check('--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      problems: [],
      tests: { failures: [{ file: 'readers/readers.test.yaml', line: 9, actual: 'allow, minGroup 5' }] },
    });
  });

  test('says what is in the way of the graph, and that there is no vocabulary', async () => {
    await library.write('policies/global/vocabulary.yaml', 'tags: {}');
    expect((await check()).out).toContain(
      'policies/global/vocabulary.yaml:1: error: `classification` is missing',
    );
    await library.write('books.graphql', 'type Query { books: [Bok] }');
    const { code, err } = await check();
    expect(code).toBe(1);
    expect(err).toContain('portcullis policy check: the graph does not compose:\nbooks.graphql:1');
  });
});

test.each(['check', 'test', 'fmt'])(
  'policy %s says plainly that there is no such folder',
  async (command) => {
    const flags = [...(command === 'fmt' ? [] : library.flags), '--policies', 'gone'];
    const { code, err } = await portcullis(['policy', command, ...flags], library.folder);
    expect([code, err]).toEqual([
      1,
      `portcullis policy ${command}: gone:1: error: cannot be read: it does not exist; name the folder that has \`global/vocabulary.yaml\` and the rules\n`,
    ]);
  },
);

describe('policy fmt', () => {
  test('writes what is not in Cedar’s own form, once, and keeps comments', async () => {
    await library.write(readers, `// Why.\n${await textOf(readers)}`);
    const fmt = (...args: readonly string[]) =>
      portcullis(['policy', 'fmt', ...args, '--policies', join(library.folder, 'policies')], library.folder);
    const before = await textOf(readers);
    const check = await fmt('--check');
    expect([check.code, check.out]).toEqual([1, `stale  policies/global/rules.cedar\nstale  ${readers}\n`]);
    expect(await textOf(readers)).toBe(before);
    expect(await fmt(readers)).toMatchObject({ code: 0, out: `wrote  ${readers}\n` });
    expect(await textOf(readers)).toMatch(
      /^\/\/ Why\.\n@id\("readers\.librarians"\)\npermit \(\n {2}principal/,
    );
    expect(await fmt()).toMatchObject({ code: 0, out: 'wrote  policies/global/rules.cedar\n' });
    expect(await fmt('--check')).toEqual({ code: 0, out: '2 files: everything is formatted.\n', err: '' });
    const checked = await portcullis(['policy', 'check', ...library.flags], library.folder);
    expect(checked.code).toBe(0);
  });

  test('says where it is no Cedar', async () => {
    await library.write(readers, 'permit (principal;');
    const { code, err } = await portcullis(['policy', 'fmt', readers], library.folder);
    expect([code, err]).toEqual([1, expect.stringContaining('readers.cedar is no Cedar: ')]);
  });
});
