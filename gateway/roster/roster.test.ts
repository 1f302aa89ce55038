import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Place, Roster } from './roster.ts';

describe('a roster', () => {
  it('has whoever came and has not left, in their order, like a set', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 9 }), { maxLength: 60 }), (steps) => {
        const roster = new Roster<number>();
        const expected = new Set<number>();
        const places = new Map<number, Place<number>>();
        for (const member of steps) {
          const place = places.get(member);
          if (place !== undefined && expected.has(member)) {
            roster.leave(place);
            expected.delete(member);
          } else {
            places.set(member, roster.enter(member));
            expected.add(member);
          }
          expect(roster.members()).toEqual([...expected]);
          expect(roster.size).toBe(expected.size);
          expect(roster.first).toBe([...expected][0]);
        }
      }),
    );
  });

  it('is left once, and does not hold on to who has left', () => {
    const roster = new Roster<string>();
    const [one, two, three] = ['one', 'two', 'three'].map((each) => roster.enter(each));
    if (one === undefined || two === undefined || three === undefined) throw new Error('all have entered');
    roster.leave(two);
    roster.leave(two);
    expect(roster.members()).toEqual(['one', 'three']);
    expect({ ...two }).toEqual({ member: undefined, previous: undefined, next: undefined });
    roster.leave(one);
    roster.leave(three);
    expect([roster.size, roster.first]).toEqual([0, undefined]);
  });
});
