import { describe, expect, it } from '@jest/globals';
import { createLimit, type Limit, type Waiting } from './limit.ts';

/** A call that writes down what becomes of it. */
function caller(name: string, log: string[], then = () => {}): Waiting {
  return {
    turn: undefined,
    start() {
      log.push(`${name} starts`);
      then();
    },
    turnAway: () => void log.push(`${name} goes`),
  };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

function busy(): { readonly limit: Limit; readonly log: string[] } {
  const limit = createLimit(1, 3);
  limit.enter(caller('holder', []));
  return { limit, log: [] };
}

describe('a limit', () => {
  it('starts so many, lets so many wait and turns the others away', () => {
    const limit = createLimit(2, 1);
    const entered = Array.from({ length: 4 }, (_, index) => limit.enter(caller(`${index}`, [])));
    expect(entered).toEqual(['started', 'started', 'waits', 'full']);
    expect([limit.inFlight, limit.queued]).toEqual([2, 1]);
  });

  it('serves those that wait in their order, and after the code that gave a place back', async () => {
    const { limit, log } = busy();
    for (const name of ['a', 'b']) limit.enter(caller(name, log, () => limit.leave()));
    limit.leave();
    log.push('left');
    await settled();
    expect(log).toEqual(['left', 'a starts', 'b starts']);
    expect([limit.inFlight, limit.queued]).toEqual([0, 0]);
  });

  it('lets nobody jump the queue', () => {
    const { limit, log } = busy();
    limit.enter(caller('a', log));
    limit.leave();
    expect(limit.enter(caller('b', log))).toBe('waits');
  });

  it('lets those go that do not want to wait any longer', async () => {
    const { limit, log } = busy();
    const a = caller('a', log);
    limit.enter(a);
    limit.enter(caller('b', log));
    limit.withdraw(a);
    limit.leave();
    await settled();
    expect(log).toEqual(['b starts']);
  });

  it('sends all away that wait, and keeps those that are in', () => {
    const { limit, log } = busy();
    for (const name of ['a', 'b']) limit.enter(caller(name, log));
    limit.turnAllAway();
    expect(log).toEqual(['a goes', 'b goes']);
    expect([limit.inFlight, limit.queued]).toEqual([1, 0]);
  });

  it('serves ten thousand that give their place back at once, without running out of stack', async () => {
    const limit = createLimit(1, 10_000);
    const log: string[] = [];
    limit.enter(caller('holder', []));
    for (let index = 0; index < 10_000; index += 1) limit.enter(caller('x', log, () => limit.leave()));
    limit.leave();
    await settled();
    expect(log).toHaveLength(10_000);
    expect([limit.inFlight, limit.queued]).toEqual([0, 0]);
  });
});
