import { describe, expect, test } from '@jest/globals';
import { library } from '../fixture/library.ts';
import { runTests, type TestReport } from './run-tests.ts';
import { readTestFile } from './test-file.ts';

const bundle = library();

const principals = `principals:
  nobody: { kind: anonymous }
  lena: { kind: human, roles: [librarian], purpose: lending, branch: north, scopes: [fines] }
  idle: { kind: human, roles: [librarian], branch: north }
  ana: { kind: bi, roles: [analyst], purpose: statistics }
`;

function run(text: string, path = 'readers/readers.test.yaml'): TestReport {
  return runTests(bundle, [readTestFile({ path, text: `${principals}${text}` }, bundle)]);
}

function cases(...lines: readonly string[]): TestReport {
  return run(`cases:\n${lines.map((line) => `  - { ${line} }\n`).join('')}`);
}

test('what is decided as expected is told as such, every obligation included', () => {
  const {
    failures,
    problems,
    cases: count,
  } = cases(
    'as: nobody, do: read, on: Book.title, expect: allow, because: [global.public]',
    'as: nobody, do: read, on: Book.price, expect: deny',
    'as: lena, do: read, on: Reader.email, expect: allow, mask: "first:1", rowFilter: branch = north',
    'as: idle, do: read, on: Reader.email, expect: allow, mask: hash, rowFilter: branch = north',
    'as: idle, do: filter, on: Reader.email, expect: deny, because: [global.pseudonyms, readers.initial]',
    'as: lena, do: read, on: Reader.email, context: { zone: internet }, expect: deny, because: [global.inside]',
    'as: lena, do: read, on: Reader.email, context: { zone: internet, breakGlass: true }, expect: allow, mask: "first:1", rowFilter: branch = north',
    'as: ana, do: aggregate, on: Reader.id, expect: allow, minGroup: 5, because: [readers.analysts, global.groups]',
    'as: ana, do: read, on: Query.readersInAll, expect: allow, minGroup: 5',
    'as: ana, do: read, on: Query.readers, expect: deny',
    'as: lena, do: read, on: Reader.fines, expect: allow, rowFilter: branch = north',
    'as: idle, do: read, on: Reader.fines, expect: deny',
    'as: lena, do: satisfy, on: on-duty, expect: allow, because: [global.on-duty]',
    'as: lena, do: read, on: Reader.notes, expect: allow, rowFilter: branch = north, because: [global.on-duty]',
    'as: lena, do: read, on: Reader.notes, context: { hour: 7 }, expect: deny',
  );
  expect([failures, problems, count]).toEqual([[], [], 15]);
});

describe('a case fails', () => {
  const failure = (line: string) => cases(line).failures;

  test('by what comes out, with the rules that made it so', () => {
    expect(failure('as: idle, do: read, on: Reader.email, expect: deny')).toEqual([
      {
        file: 'readers/readers.test.yaml',
        line: 7,
        title: 'idle: read Reader.email',
        expected: 'deny',
        actual: 'allow, mask hash, rowFilter branch = north',
        rules: ['readers.librarians', 'global.pseudonyms', 'readers.own-branch'].map((id) =>
          expect.objectContaining({ id }),
        ),
        reasons: [],
        isFault: false,
      },
    ]);
  });

  test.each([
    'as: idle, do: read, on: Reader.email, expect: allow, mask: hash',
    'as: idle, do: read, on: Reader.email, expect: allow, rowFilter: branch = north',
    'as: idle, do: read, on: Reader.email, expect: allow, mask: redact, rowFilter: branch = north',
    'as: idle, do: read, on: Reader.email, expect: allow, mask: hash, rowFilter: branch = south',
    'as: ana, do: aggregate, on: Reader.id, expect: allow',
    'as: ana, do: aggregate, on: Reader.id, expect: allow, minGroup: 4',
    'as: nobody, do: read, on: Book.title, expect: allow, mask: hash',
  ])('if an obligation is not the expected one, or is not expected: %s', (line) => {
    expect(failure(line)).toHaveLength(1);
  });

  test('if it comes out as expected because of other rules', () => {
    const [found] = failure('as: nobody, do: read, on: Reader.id, expect: deny, because: [global.inside]');
    expect(found).toMatchObject({ expected: 'deny, because of global.inside', actual: 'deny', rules: [] });
    expect(found?.reasons).toEqual(['no rule permits it']);
  });

  test('and says what the schema asks for, or what a use stands for', () => {
    expect(failure('as: idle, do: read, on: Reader.fines, expect: allow')[0]?.reasons).toEqual([
      'the schema asks for @requiresScopes(fines)',
    ]);
    expect(failure('as: ana, do: read, on: Query.readers, expect: allow')[0]?.reasons).toContain(
      'it stands for filter Reader.id: no rule permits it',
    );
    expect(failure('as: idle, do: filter, on: Reader.email, expect: allow')[0]?.reasons).toEqual([
      'it may be read behind a mask only, and this would tell what is behind it',
    ]);
  });
});

describe('an invariant', () => {
  const never = (text: string, path?: string) => run(`invariants:\n  - never: { ${text} }\n`, path);

  test('holds for all of the file that it is about', () => {
    const { failures, invariants } = never('do: read, on: { tag: pii }, where: { kind: anonymous }');
    expect([failures, invariants]).toEqual([[], 1]);
  });

  test('fails once for each principal, at the first field', () => {
    const { failures } = never('do: read, on: { type: Reader }, where: { roles: librarian }');
    expect(failures.map(({ title }) => title)).toEqual([
      'never read type Reader: lena, Reader.id, and 4 more',
      'never read type Reader: idle, Reader.id, and 3 more',
    ]);
  });

  test('is content with a mask if it says so', () => {
    expect(never('do: read, on: { tag: pii }, mask: none, where: { roles: librarian }').failures).toEqual([]);
    expect(never('do: read, on: { tag: pii }, where: { roles: librarian }').failures).toHaveLength(2);
  });

  test('is tried in every zone and at every hour, with the glass whole', () => {
    const atNight = never(
      'do: read, on: { field: Reader.notes }, where: { purpose: lending }, context: { hour: 7 }',
    );
    expect(atNight.failures).toEqual([]);
    const always = never('do: read, on: { field: Reader.notes }, where: { purpose: lending }');
    expect(always.failures).toHaveLength(1);
    const outside = 'do: read, on: { tag: pii }, where: { purpose: lending }, context: { zone: internet';
    expect(never(`${outside} }`).failures).toEqual([]);
    expect(never(`${outside}, breakGlass: true }`).failures).toMatchObject([
      { title: 'never read tag pii: lena, Reader.email (zone internet, break-glass)' },
    ]);
  });

  test('is about what its domain owns; in global, about everything', () => {
    const text = 'do: read, on: { tag: public }, where: { kind: anonymous }';
    expect(never(text).problems).toMatchObject([
      { line: 7, message: expect.stringContaining('no field of readers') },
    ]);
    expect(never(text, 'global/global.test.yaml').failures).toHaveLength(1);
  });
});

describe('coverage', () => {
  test('names rules that no case depends on, and protected fields that nobody asks about', () => {
    const { coverage } = cases(
      'as: idle, do: read, on: Reader.email, expect: allow, mask: hash, rowFilter: branch = north',
    );
    // `readers.initial` applies too, and is absorbed: without it nothing would change.
    expect(coverage.rules.idle.map(({ id }) => id)).toEqual([
      'global.public',
      'global.internal',
      'global.groups',
      'global.inside',
      'global.on-duty',
      'readers.initial',
      'readers.analysts',
    ]);
    expect(coverage.rules).toMatchObject({ all: 10, percent: 30 });
    expect(coverage.fields.untouched).toContain('Reader.notes');
    expect(coverage.fields.untouched).not.toContain('Reader.email');
    expect(coverage.fields.untouched).not.toContain('Book.price');
  });
});

describe('what cannot be understood is told by line, and not tried', () => {
  const problem = (text: string) =>
    run(text).problems.map(({ line, message, advice }) => [line, message, advice]);

  test.each([
    ['as: lina, do: read, on: Book.id, expect: allow', 'is no principal of this file', '`lena`'],
    ['as: lena, do: reed, on: Book.id, expect: allow', 'none of the words', '`read`'],
    ['as: lena, do: read, on: Book.titel, expect: allow', 'is no field of the graph', '`Book.title`'],
    ['as: lena, do: satisfy, on: off-duty, expect: allow', 'no condition', '`on-duty`'],
    ['as: lena, do: read, on: Book.id, expect: perhaps', 'none of the words', '`allow`'],
    ['as: lena, do: read, on: Book.id', 'has no `expect`', 'write'],
    ['as: lena, do: read, on: Book.id, expect: deny, mask: hash', 'of what is denied', 'leave it out'],
    ['as: lena, do: read, on: Book.id, expect: allow, rows: none', 'unknown key', '`rowFilter`'],
    [
      'as: lena, do: read, on: Book.id, expect: deny, because: [global.publik]',
      'none of the words',
      'global.public',
    ],
    [
      'as: lena, do: read, on: Book.id, expect: deny, context: { zone: moon }',
      'none of the words',
      '`internet`',
    ],
    ['as: lena, do: read, on: Book.id, expect: deny, context: { hour: 24 }', 'is no hour', '0 to 23'],
  ])('%s', (line, message, advice) => {
    const { problems, cases: tried } = cases(line);
    expect(problems).toMatchObject([
      { line: 7, message: expect.stringContaining(message), advice: expect.stringContaining(advice) },
    ]);
    expect(tried).toBe(0);
  });

  test.each([
    ['{ kind: robot }', 'kind `robot` is no kind'],
    ['{ kind: human, roles: [librarians] }', 'none of the words'],
    ['{ kind: human, purpose: fun }', 'none of the words'],
    ['{ kind: human, scopes: [fine] }', 'none of the words'],
    ['{ kind: human, branch: 1 }', 'has to be a text'],
    ['{ kind: human, clearance: 1 }', 'unknown key'],
  ])('a principal %s', (text, message) => {
    const file = { path: 'readers/a.test.yaml', text: `principals:\n  she: ${text}\n` };
    const { problems } = readTestFile(file, bundle);
    expect(problems).toMatchObject([{ line: 2, message: expect.stringContaining(message) }]);
  });

  test('an invariant that could never fail', () => {
    expect(
      problem('invariants:\n  - never: { do: read, on: { tag: pii }, where: { kind: service } }\n'),
    ).toEqual([[7, 'invariants[0] is about nobody', expect.stringContaining('could never fail')]]);
    expect(problem('invariants:\n  - always: { do: read }\n')).toHaveLength(1);
  });
});

test('a view that decides otherwise than the rules as they are written is a fault of ours, whatever is expected', () => {
  const tampered = {
    ...bundle,
    key: 'tampered',
    rules: bundle.rules.map((rule) =>
      rule.id === 'global.inside' ? { ...rule, text: 'forbid (principal, action, resource);' } : rule,
    ),
  };
  const line = 'cases:\n  - { as: lena, do: read, on: Reader.email, expect: deny }\n';
  const file = readTestFile({ path: 'readers/readers.test.yaml', text: `${principals}${line}` }, tampered);
  const { failures } = runTests(tampered, [file]);
  expect(failures).toMatchObject([{ line: 7, isFault: true }]);
  expect(failures[0]?.actual).toMatch(/read Reader\.email: the view allows .* this is a fault of Portcullis/);
});
