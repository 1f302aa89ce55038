import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { portcullis } from '../fixture/call.ts';
import { type Library, libraryTests, writeLibrary } from '../fixture/library.ts';

let library: Library;
beforeAll(async () => {
  library = await writeLibrary();
});
afterAll(() => library.remove());

const run = (...args: readonly string[]) =>
  portcullis(['policy', 'test', ...args, ...library.flags], library.folder);

test('what is as expected is told in a line, and then what is not tested', async () => {
  const { code, out, err } = await run();
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^3 cases, 1 invariant: all as expected\.\n/);
  expect(out).toMatch(/^\d of 10 rules decide a case \(\d0 %\); these do not:$/m);
  expect(out).toMatch(/^ {4}global\.inside {2}policies\/global\/rules\.cedar:16$/m);
  expect(out).toMatch(
    /^2 of 5 fields above .* are asked about; these are not:\n {4}Reader\.branch, Reader\.fines,/m,
  );
});

test('what is not as expected comes first, by file and line, and with the rules that decided', async () => {
  const wrong =
    'principals:\n  nobody: { kind: anonymous }\ncases:\n  - { as: nobody, do: read, on: Book.title, expect: deny }\n';
  await library.write('policies/books/books.test.yaml', wrong);
  const { code, out } = await run('policies/books/books.test.yaml');
  expect(code).toBe(1);
  expect(out).toBe(
    [
      'policies/books/books.test.yaml:4: nobody: read Book.title',
      '    expected  deny',
      '    actual    allow',
      '    rules     global.public  policies/global/rules.cedar:2',
      '',
      'FAILED: 1 not as expected (1 case, 0 invariants tried).',
      '',
    ].join('\n'),
  );
  await library.write('policies/books/books.test.yaml', wrong.replace('deny', 'allow'));
});

test('says all of it as JSON', async () => {
  const { code, out } = await run('--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ ok: true, failures: [], coverage: { rules: { all: 10 } } });
});

test('fails below the coverage that is asked for', async () => {
  const { code, err } = await run('--coverage', '100');
  expect(code).toBe(1);
  expect(err).toMatch(/^Only \d0 % of the rules decide a case; 100 % are asked for\.\n$/);
  expect(await run('--coverage', '101')).toMatchObject({ code: 2 });
});

test('says where a test file cannot be understood, and which there are not', async () => {
  await library.write('policies/readers/readers.test.yaml', libraryTests.replace('as: ana', 'as: anna'));
  const { code, out } = await run();
  expect(code).toBe(1);
  expect(out).toContain(
    'policies/readers/readers.test.yaml:9: error: `anna` is no principal of this file; did you mean `ana`?',
  );
  expect(out).toContain('\nFAILED: 1 mistake in the test files (3 cases, 1 invariant tried).\n');
  expect(out).not.toContain('as expected');
  const none = await run('policies/readers/other.test.yaml');
  expect([none.code, none.err]).toEqual([2, expect.stringContaining('other.test.yaml is no test file')]);
});

test('the rules of the example company decide what their tests say, each of them in some case', async () => {
  const { code, out } = await portcullis(['policy', 'test', '--coverage', '100'], library.folder);
  expect(out).toMatch(/^\d+ cases, \d+ invariants: all as expected\.\n/);
  expect(code).toBe(0);
});
