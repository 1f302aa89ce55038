import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { portcullis } from '../fixture/call.ts';
import { type Library, writeLibrary } from '../fixture/library.ts';

let library: Library;
beforeAll(async () => {
  library = await writeLibrary();
});
afterAll(() => library.remove());

const explain = (...args: readonly string[]) =>
  portcullis(['explain', ...args, ...library.flags], library.folder);

describe('a field', () => {
  test('with the rules that decide, what would change it, and whom to ask', async () => {
    const { code, out, err } = await explain('--as', 'idle', '--on', 'Reader.email');
    expect([code, err]).toEqual([0, '']);
    expect(out.split('\n')).toEqual([
      '  caller   idle · kind human · purpose none · roles librarian · branch north',
      '  context  zone hall · hour 12',
      '',
      'ALLOW  read Reader.email  mask hash, rowFilter branch = north',
      '  field         Reader.email · owner readers (reader-team) · tags pii · restricted (3)',
      '  granted by    readers.librarians  policies/readers/readers.cedar:2',
      '  limited by    global.pseudonyms  policies/global/rules.cedar:8  mask hash  applied',
      '                readers.own-branch  policies/readers/readers.cedar:8  rowFilter branch = north  applied',
      '                readers.initial  policies/readers/readers.cedar:5  mask first:1  absorbed by a stricter one',
      '  would change  to deny: from zone internet',
      '  if granted    to allow, mask first:1, rowFilter branch = north: purpose lending',
      '  ask           who owns readers (reader-team)',
      '',
    ]);
  });

  test('as somebody described, for another purpose, at another time and place', async () => {
    const caller = 'kind=human,roles=librarian,branch=south';
    const { out } = await explain(
      ...[
        '--as',
        caller,
        '--purpose',
        'lending',
        '--on',
        'Reader.notes',
        '--context',
        'zone=internet,hour=7',
      ],
    );
    expect(out).toContain(
      `  caller   ${caller} · kind human · purpose lending · roles librarian · branch south\n`,
    );
    expect(out).toContain('  context  zone internet · hour 7\n');
    expect(out).toContain('DENY   read Reader.notes\n');
    expect(out).toMatch(/^ {2}schema +asks for @policy\(on-duty\)$/m);
    expect(out).toMatch(/^ {2}would change +to allow, rowFilter branch = south: from 8:00 to 17:59 UTC$/m);
  });

  test('of whoever has nothing, with the permits that are nearest', async () => {
    const { out } = await explain('--as', 'nobody', '--on', 'Reader.id', '--do', 'filter');
    expect(out).toMatch(/^DENY {3}filter Reader\.id$/m);
    expect(out).toMatch(/^ {2}granted by +–$/m);
    expect(out).toMatch(
      /^ {2}nearest +readers\.librarians {2}policies\/readers\/readers\.cedar:2 {2}asks for: principal in Role::"librarian"$/m,
    );
  });

  test('as JSON', async () => {
    const { out } = await explain('--as', 'readers/lena', '--on', 'Reader.fines', '--json');
    expect(JSON.parse(out)).toMatchObject({
      caller: 'readers/lena',
      circumstances: { zone: 'hall', hour: 12, breakGlass: false },
      explanations: [{ coordinate: 'Reader.fines', allowed: true, unmet: [] }],
    });
  });
});

describe('a caller who is limited to products', () => {
  const lena = 'kind=human,roles=librarian,branch=north,purpose=lending';

  test('is told so, and what would have to be granted', async () => {
    const { out } = await explain('--as', `${lena},products=books`, '--on', 'Reader.email');
    expect(out).toContain(' · roles librarian · products books · branch north\n');
    expect(out).toMatch(/^DENY {3}read Reader\.email$/m);
    expect(out).toMatch(/^ {2}because +the caller is limited to other products$/m);
    expect(out).toMatch(/^ {2}if granted +to allow, .*: products readers as well$/m);
  });

  test('has what is theirs, or nothing', async () => {
    const { out } = await explain('--as', `${lena},products=books+readers`, '--on', 'Reader.email');
    expect(out).toMatch(/^ALLOW {2}read Reader\.email/m);
    const none = await explain('--as', `${lena},products=`, '--on', 'Book.title');
    expect(none.out).toContain(' · products none');
    expect(none.out).toMatch(/^DENY {3}read Book\.title$/m);
  });
});

test.each([
  ['{ "in": ', 'is no JSON: '],
  ['[]', 'has no JSON object'],
])('the variables’ file is named if they are none: %s', async (text, message) => {
  await library.write('books.query.graphql', '{ books { title } }');
  await library.write('bad.json', text);
  const asked = ['--as', 'ana', '--query', 'books.query.graphql', '--variables'];
  const { code, err } = await explain(...asked, 'bad.json');
  expect([code, err]).toEqual([1, expect.stringContaining(`portcullis explain: bad.json ${message}`)]);
  expect((await explain(...asked, 'gone.json')).err).toContain('gone.json cannot be read: it does not exist');
});

test('each use of an operation: what is plainly allowed in a line, the rest with its reasons', async () => {
  await library.write(
    'readers.query.graphql',
    'query ($in: String) { books { ...B } readers(branch: $in) { email } } fragment B on Book { title price }',
  );
  await library.write('in.json', '{ "in": "north" }');
  const { code, out } = await explain(
    '--as',
    'ana',
    '--query',
    'readers.query.graphql',
    '--variables',
    'in.json',
  );
  expect(code).toBe(0);
  const lines = out.split('\n');
  expect(lines.filter((line) => /^(ALLOW|DENY)/.test(line))).toEqual([
    'ALLOW  read Query.books',
    'ALLOW  read Book.title',
    'DENY   read Book.price',
    'DENY   read Query.readers',
    'DENY   read Reader.email',
    'DENY   read Query.readers(branch:)',
  ]);
  expect(out).toMatch(/^ {2}stands for +filter Reader\.branch: deny$/m);
});

test.each([
  [['--on', 'Reader.email'], 'give --as PRINCIPAL'],
  [['--as', 'lena'], 'give --on COORDINATE or --query FILE'],
  [
    ['--as', 'lina', '--on', 'Reader.email'],
    '--as lina: nobody is called so; did you mean `lena`? There are readers/nobody, readers/lena,',
  ],
  [['--as', 'lena', '--on', 'Reader.mail'], 'did you mean `Reader.email`?'],
  [['--as', 'lena', '--on', 'Reader.email', '--do', 'look'], 'there are read, filter, aggregate'],
  [['--as', 'lena', '--on', 'Reader.email', '--purpose', 'fun'], 'there are none, lending, statistics'],
  [
    ['--as', 'lena', '--on', 'Reader.email', '--context', 'zone=moon'],
    '--context: zone `moon` is none of the words',
  ],
  [['--as', 'kind=bi,products=boks', '--on', 'Reader.email'], 'no product boks; did you mean `books`?'],
  [['--as', 'kind=robot', '--on', 'Reader.email'], '--as: kind `robot` is no kind; there are'],
  [['--as', 'roles=librarian', '--on', 'Reader.email'], '--as: the description has no `kind`'],
  [
    ['--as', 'kind=human,rolse=x', '--on', 'Reader.email'],
    'unknown key `rolse` in the description; did you mean `roles`?',
  ],
  [
    ['--as', 'kind=human,roles=libarian', '--on', 'Reader.email'],
    '`libarian` is none of the words for it; did you mean `librarian`?',
  ],
])('what is asked wrongly is told: %j', async (args, message) => {
  const { code, out, err } = await explain(...args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(message);
});

test('of several causes each is told, with what would take it away', async () => {
  const { out } = await explain('--as', 'kind=human', '--on', 'Reader.email', '--context', 'zone=internet');
  expect(out.slice(out.indexOf('  would change')).split('\n')).toEqual([
    '  would change  by nothing alone: more than one thing stands in the way',
    '  in the way    global.inside forbids it  would go: from zone hall; if granted: with break-glass',
    '                no rule permits it  would go: if granted: role librarian',
    '  ask           who owns readers (reader-team)',
    '',
  ]);
});

test('a mask that does not fit is told as the null that it is', async () => {
  const rules = 'policies/books/books.cedar';
  await library.write(
    rules,
    '@id("books.price") @mask("hash")\nforbid (principal, action == Action::"read", resource == Field::"Book.price");',
  );
  const { out } = await explain('--as', 'lena', '--on', 'Book.price');
  await rm(join(library.folder, rules));
  expect(out).toContain('ALLOW  read Book.price  mask null\n');
  expect(out).toContain(`${rules}:1  mask hash  applied: shows null, since hash does not fit Int\n`);
});

test('what is refused as a whole is told so first', async () => {
  const schema = await readFile(join(library.folder, 'readers.graphql'), 'utf8');
  const mutation =
    'type Mutation { "Forgets what is owed." pay(reader: ID): Int @uses(field: "Reader.fines", as: WRITE) }';
  await library.write('readers.graphql', `${schema}\n${mutation}`);
  const told = async (as: string, operation: string) => {
    await library.write('whole.graphql', operation);
    const { out } = await explain('--as', as, '--query', 'whole.graphql');
    return out.split('\n\n')[1];
  };
  const query = 'query ($no: Boolean = true) { books { title price @skip(if: $no) } }';
  expect(await told('ana', query)).toBe(
    'REFUSED  the operation as a whole, since 1 part of it is denied: kind bi has the mode refuse, unless `modes` of the gateway says otherwise; what @skip or @include leaves out does not count',
  );
  expect(await told('kind=human', query)).not.toContain('REFUSED');
  expect(await told('ana', '{ books { title } }')).not.toContain('REFUSED');
  expect(await told('lena', 'mutation { pay(reader: "1") }')).toBe(
    'REFUSED  the mutation as a whole, whoever asks: Mutation.pay, Mutation.pay(reader:) are denied, and nothing of it is carried out',
  );
  await library.write('readers.graphql', schema);
}, 90_000);

describe('personas of the demo', () => {
  const house = (...args: readonly string[]) => portcullis(['explain', ...args], library.folder);

  test('are told apart from others of their name', async () => {
    const { code, err } = await house('--as', 'clerk', '--on', 'Subscriber.phone');
    expect(code).toBe(2);
    expect(err).toContain(
      '--as clerk: several are called so and are not alike; write --as audience/clerk, --as billing/clerk, --as demo/clerk\n',
    );
  }, 90_000);

  test('are offered what they were granted', async () => {
    const { out } = await house('--as', 'demo/steward', '--on', 'Subscriber.email');
    expect(out).toMatch(/^ {16}to allow: with break-glass$/m);
    expect(out).not.toContain('if granted');
  }, 90_000);

  test('are told what a gateway would not take from them, and what they could state instead', async () => {
    const { out } = await house(
      ...['--as', 'support', '--on', 'Subscriber.phone', '--purpose', 'fraud_prevention'],
      ...['--context', 'breakGlass=true'],
    );
    expect(out).toContain(
      'support was not granted the purpose fraud_prevention: a gateway refuses the request',
    );
    expect(out).toContain('support was not granted to break the glass: a gateway refuses the request');
    expect(out).toMatch(/^ {2}would change {2}to allow: purpose customer_support; purpose service_quality$/m);
    expect(out).toMatch(/^ {2}if granted +to allow: team audience-team$/m);
  }, 90_000);
});

test('personas of the demo can be asked about in the example company', async () => {
  const { code, out } = await portcullis(
    ['explain', '--as', 'analyst', '--on', 'Subscriber.email'],
    library.folder,
  );
  expect(code).toBe(0);
  expect(out).toContain('DENY   read Subscriber.email\n');
  expect(out).toContain('global.bi-no-pii');
});
