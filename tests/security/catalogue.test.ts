/** Each way in that is known has a row, and each row the tests that it names. */
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { repository } from '../mesh/folders.ts';
import { catalogue } from './catalogue/catalogue.ts';
import { titlesIn, titlesOf } from './catalogue/titles.ts';

/** By group; numbers that are missing are none of these groups' business. */
const known: Readonly<Record<string, string>> = {
  A: '01 02 03 06 07 08 11 12 15 16 17 18 19 20 21 22 23 24 26',
  B: '01 02 03 05 07 08 09 10 11 12 13 15 18 20 21 22 23 24 25',
  C: '01 02 03 07 08 13 14',
  D: '01 02 04 05 07 08 09 10 12 13 15 16 17 18 19 20 21 23 24 26 27 29',
  E: '01 03 04 05 07 08 09 10 11 13 14 15 17 18',
  F: '01 02 03 04 05 06 07 08 09 10 11 12 13 15 16 17 18 21 22 23 24 25 26 27 28 30 31',
  G: '01 02 03 04 05 07 08 11 12 13 14 15',
  H: '01 02 03 09 11',
  I: '02 03 04 06 08 09 10 11 12 13 14 15 16 17 19 20',
  J: '01 03 04 05 06 07 09 10 11 12 14 16 18 19',
  K: '01 02 03 05 06 10 11 13 15',
  N: '01 02 03 04 05 06 07 09 13 15',
  O: '01 02 03 06 07 08 09 10 12 13 14 15 18 19',
  P: '07',
};

/** Of which something is refused or left out: then it is not fetched either, and a test looks whether it was. */
const unfetched =
  'A01 A02 A03 A06 A07 A08 A11 A12 A15 A16 A17 A18 A19 A20 A21 A22 A23 A24 A26 B01 B02 B03 B07 B08 B09 B11 B13 B20 B21 B22 B23 B24 B25 ' +
  'F01 F02 F03 F04 F05 F06 F07 F08 F09 F10 F11 F12 F21 F24 F25 F26 F30 G01 G02 G08 G12 G13 G14 H01 H02 H11 I03 I08 I09 I10 I11 I12 I19 J06 J11 J14 ' +
  'C01 C02 C13 C14 D01 D02 D04 D05 D08 D09 D10 D12 D13 D15 D16 D17 D18 D19 D20 D21 D23 D24 D26 D27 D29 E01 E03 E04 E05 E09 E10 E15 E17 ' +
  'J01 J03 J04 J05 J12 J16 K01 K02 K03 K05 K06 K11 ' +
  'O01 O02 O06 O07 O08 O10 O12 O13 O15 O18';

it('has every way in once', () => {
  const ids = Object.entries(known).flatMap(([group, numbers]) =>
    numbers.split(' ').map((each) => group + each),
  );
  const listed = catalogue.map(({ id }) => id).filter((id) => !id.startsWith('wall'));
  expect(listed.sort()).toEqual(ids.sort());
});

it.each(catalogue.map((row) => [row.id, row.way, row] as const))(
  '%s, %s: has its tests',
  async (_id, _way, { shown }) => {
    expect(shown.length).toBeGreaterThan(0);
    const missing: string[] = [];
    for (const [file, named] of shown) {
      const { titles, leftOut } = await titlesIn(join(repository, file));
      if (!titles.some((title) => title.includes(named))) missing.push(`${file}: ${named}`);
      expect([file, leftOut]).toEqual([file, []]);
    }
    expect(missing).toEqual([]);
  },
);

it.each(unfetched.split(' '))('%s: a test looks at what was fetched', async (id) => {
  const { shown = [] } = catalogue.find((row) => row.id === id) ?? {};
  const watched = await Promise.all(
    shown.map(async ([file, named]) =>
      (await titlesIn(join(repository, file))).watching.some((title) => title.includes(named)),
    ),
  );
  expect(watched).toContain(true);
});

it('takes nothing for a test that is none', async () => {
  const { titles, leftOut } = await titlesOf(`
    // it('in a comment', () => {});
    const rows = [{ title: 'in a table' }];
    const note = 'in a string';
    describe('a group', () => {
      it.each(rows.map(({ title }) => [title, note.length]))('%s', () => { expect('in a body').toBe(note); });
      it.each([['unused']])('without a place for it', () => {});
      test.skip('left out', () => {});
    });`);
  expect(titles).toEqual(
    expect.arrayContaining(['a group', '%s', 'in a table', 'without a place for it', 'left out']),
  );
  for (const each of ['in a comment', 'in a body', 'unused']) expect(titles).not.toContain(each);
  expect(leftOut).toEqual(['test.skip']);
});
