import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Job } from './job.ts';
import { JobQueue } from './job-queue.ts';

const tooMany = expect.objectContaining({ code: 'RATE_LIMITED' });

function queueOf(most: number) {
  const queue = new JobQueue(most);
  const enter = (
    principal: string,
    name: string,
    signal: { readonly aborted: boolean } = { aborted: false },
  ) => {
    const job = queue.find(name) ?? new Job(name, { operation: name, labels: [] });
    queue.enter(job, { principal, signal });
    return job;
  };
  const rest = () => {
    const names: string[] = [];
    for (let job = queue.next(); job !== undefined; job = queue.next()) names.push(job.key);
    return names;
  };
  return { queue, enter, rest };
}

/** What became of a job, if anything did. */
async function fateOf({ promise }: Job): Promise<unknown> {
  return Promise.race([promise.catch((error: unknown) => error), setImmediate('waiting')]);
}

describe('a queue of jobs', () => {
  it('gives principals turns, and each its own in order', () => {
    const { enter, rest } = queueOf(100);
    for (const name of ['a1', 'a2', 'a3', 'a4']) enter('ann', name);
    enter('bob', 'b1');
    enter('cy', 'c1');
    enter('bob', 'b2');
    expect(rest()).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4']);
  });

  it('lets one who comes later wait for one job of another, however many that one has', () => {
    const { queue, enter, rest } = queueOf(100);
    for (let at = 0; at < 50; at += 1) enter('ann', `a${at}`);
    for (let at = 0; at < 10; at += 1) queue.next();
    enter('bob', 'b');
    expect(rest().indexOf('b')).toBe(1);
  });

  it('has a job once that several ask for, as early as the first of them has his turn', () => {
    const { enter, rest } = queueOf(100);
    for (const name of ['a1', 'a2', 'common']) enter('ann', name);
    expect(enter('bob', 'common')).toBe(enter('ann', 'common'));
    enter('bob', 'b1');
    expect(rest()).toEqual(['a1', 'common', 'a2', 'b1']);
  });

  it('drops what nobody waits for any more, and keeps what one of several does', async () => {
    const { enter, rest } = queueOf(100);
    const gone = { aborted: false };
    const dropped = enter('ann', 'dropped', gone);
    enter('ann', 'common', gone);
    enter('bob', 'common');
    enter('bob', 'b1');
    gone.aborted = true;
    expect(rest()).toEqual(['common', 'b1']);
    expect(await fateOf(dropped)).toMatchObject({ message: 'whoever asked for this plan has gone' });
  });

  it('refuses the last of whoever has most where it is full', async () => {
    const { enter, rest } = queueOf(3);
    const jobs = ['a1', 'a2', 'a3'].map((name) => enter('ann', name));
    expect(() => enter('ann', 'a4')).toThrow(tooMany);
    enter('bob', 'b1');
    enter('cy', 'c1');
    expect(() => enter('dan', 'd1')).toThrow(tooMany);
    expect(await Promise.all(jobs.map(fateOf))).toEqual(['waiting', tooMany, tooMany]);
    expect(rest()).toEqual(['a1', 'b1', 'c1']);
  });

  it('does not refuse what another waits for too', async () => {
    const { enter, rest } = queueOf(4);
    for (const name of ['a1', 'a2', 'common']) enter('ann', name);
    const common = enter('bob', 'common');
    enter('cy', 'c1');
    expect(await fateOf(common)).toBe('waiting');
    expect(rest()).toEqual(['a1', 'common', 'c1', 'a2']);
  });

  it('has room again for each that has gone', () => {
    const { enter, rest } = queueOf(2);
    const gone = { aborted: false };
    enter('ann', 'a1', gone);
    enter('ann', 'a2', gone);
    gone.aborted = true;
    enter('ann', 'a3');
    enter('ann', 'a4');
    expect(rest()).toEqual(['a3', 'a4']);
  });
});
