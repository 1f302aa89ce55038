import { describe, expect, test } from '@jest/globals';
import { Attempts } from './attempts.ts';
import { LoginRefused } from './login-refused.ts';

function at(now = 0) {
  const clock = { now };
  return { clock, attempts: new Attempts(() => clock.now) };
}

describe('a sign-in that has begun', () => {
  test('is found by its state and its browser, once', () => {
    const { attempts } = at();
    const attempt = attempts.begin('before');
    expect(attempts.take(attempt.state, attempt.binding)).toMatchObject(attempt);
    expect(() => attempts.take(attempt.state, attempt.binding)).toThrow(LoginRefused);
  });

  test('is over after an attempt of another browser', () => {
    const { attempts } = at();
    const { state, binding } = attempts.begin(undefined);
    expect(() => attempts.take(state, `${binding}x`)).toThrow('another browser');
    expect(() => attempts.take(state, binding)).toThrow('no sign-in of that state');
  });

  test('waits for ten minutes', () => {
    const { attempts, clock } = at();
    const [one, other] = [attempts.begin(undefined), attempts.begin(undefined)];
    clock.now = 599_999;
    expect(attempts.take(one.state, one.binding).nonce).toBe(one.nonce);
    clock.now = 600_000;
    expect(() => attempts.take(other.state, other.binding)).toThrow('too old');
  });

  test('makes way for newer ones beyond ten thousand', () => {
    const { attempts } = at();
    const [first, second] = [attempts.begin(undefined), attempts.begin(undefined)];
    for (let more = 0; more < 9_999; more += 1) attempts.begin(undefined);
    expect(() => attempts.take(first.state, first.binding)).toThrow('no sign-in of that state');
    expect(attempts.take(second.state, second.binding).nonce).toBe(second.nonce);
  });

  test('says nothing twice', () => {
    const { attempts } = at();
    const { state, binding, nonce, verifier } = attempts.begin(undefined);
    const other = attempts.begin(undefined);
    expect(new Set([state, binding, nonce, verifier, other.state, other.binding]).size).toBe(6);
  });

  test.each(['__proto__', 'constructor', ''])('is not called %j', (state) => {
    const { attempts } = at();
    attempts.begin(undefined);
    expect(() => attempts.take(state, 'x')).toThrow(LoginRefused);
  });
});
