import { describe, expect, test } from '@jest/globals';
import { somebody } from '../fixture/callers.ts';
import { type Session, Sessions } from './sessions.ts';

const of = (subject: string): Session => ({
  principal: somebody({ subject }),
  former: [],
  since: 0,
  name: subject,
  tokens: { accessToken: 'a', refreshToken: undefined, idToken: undefined },
  renewal: undefined,
});

function at(now = 0) {
  const clock = { now };
  return { clock, sessions: new Sessions(() => clock.now) };
}

describe('a session', () => {
  test('is found by its id, until it is ended', () => {
    const { sessions } = at();
    const session = of('ann');
    const id = sessions.start(session);
    expect(sessions.find(id)).toBe(session);
    expect(sessions.find('__proto__')).toBeUndefined();
    sessions.end(id);
    expect(sessions.find(id)).toBeUndefined();
  });

  test('lasts for eight hours, however often it is asked for', () => {
    const { sessions, clock } = at();
    const id = sessions.start(of('ann'));
    clock.now = 28_799_999;
    expect(sessions.find(id)).toBeDefined();
    clock.now = 28_800_000;
    expect(sessions.find(id)).toBeUndefined();
  });

  test('makes way for newer ones beyond two thousand', () => {
    const { sessions } = at();
    const [first, second] = [sessions.start(of('a')), sessions.start(of('b'))];
    for (let more = 0; more < 1_999; more += 1) sessions.start(of(`c${more}`));
    expect(sessions.find(first)).toBeUndefined();
    expect(sessions.find(second)).toBeDefined();
  });

  test('makes way for a newer one of the same person beyond ten, and for none of anybody else', () => {
    const { sessions } = at();
    const other = sessions.start(of('bob'));
    const ids = Array.from({ length: 11 }, () => sessions.start(of('ann')));
    expect(ids.map((id) => sessions.find(id) !== undefined)).toEqual([false, ...Array(10).fill(true)]);
    expect(sessions.find(other)).toBeDefined();
  });

  test('is ended where something holds of it, and no other is', () => {
    const { sessions } = at();
    const [ann, bob] = [sessions.start(of('ann')), sessions.start(of('bob'))];
    sessions.endWhere(({ principal }) => principal.subject === 'ann');
    expect([sessions.find(ann), sessions.find(bob)?.name]).toEqual([undefined, 'bob']);
  });

  test('goes with all others', () => {
    const { sessions } = at();
    const id = sessions.start(of('ann'));
    sessions.clear();
    expect(sessions.find(id)).toBeUndefined();
  });
});
