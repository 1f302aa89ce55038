import { expect, it } from '@jest/globals';
import type { SpliceProgram } from '../../program.ts';
import { Habits } from './habits.ts';

const program = (): SpliceProgram => ({ root: { index: 0, holes: [], sources: 0 }, sources: [] });

it('tries a program on bytes now and then when it has fallen back many times in a row', () => {
  const habits = new Habits();
  const [one, other] = [program(), program()];
  const tries = (times: number) =>
    Array.from({ length: times }, () => habits.isWorthwhile(one)).filter(Boolean).length;
  for (let time = 0; time < 7; time += 1) habits.fellBack(one);
  expect(tries(10)).toBe(10);
  habits.fellBack(one);
  expect(tries(640)).toBe(10);
  expect(habits.isWorthwhile(other)).toBe(true);
  habits.worked(one);
  expect(tries(10)).toBe(10);
});

it('begins to count again when it has worked in between', () => {
  const habits = new Habits();
  const one = program();
  for (let time = 0; time < 20; time += 1) {
    habits.fellBack(one);
    if (time % 5 === 0) habits.worked(one);
  }
  expect(habits.isWorthwhile(one)).toBe(true);
});
