import { expect, it, jest } from '@jest/globals';
import { EventQueue } from './queue.ts';

const event = (text: string) => Buffer.from(text);
const take = async (queue: EventQueue) => String(await queue.take());

it('gives out what came, in order, to a reader who waits and to one who does not', async () => {
  const queue = new EventQueue(1_000, () => {});
  const waiting = take(queue);
  for (const text of ['1', '2', '3']) queue.push(event(text));
  expect([await waiting, await take(queue), await take(queue)]).toEqual(['1', '2', '3']);
  queue.end();
  expect(await queue.take()).toBeUndefined();
});

it('ends after what was there, with what it was ended with first', async () => {
  const queue = new EventQueue(1_000, () => {});
  queue.push(event('1'));
  queue.end(new Error('first'));
  queue.end(new Error('second'));
  queue.push(event('2'));
  expect(await take(queue)).toBe('1');
  await expect(queue.take()).rejects.toThrow('first');
  await expect(queue.take()).rejects.toThrow('first');
});

it('ends a reader who waits', async () => {
  const queue = new EventQueue(1_000, () => {});
  const waiting = queue.take();
  queue.end(new Error('over'));
  await expect(waiting).rejects.toThrow('over');
});

it('keeps so many bytes, takes more when some are gone, and is ended by what does not fit', async () => {
  const ended = jest.fn();
  const queue = new EventQueue(2 * (2 + 128), ended);
  queue.push(event('12'));
  queue.push(event('34'));
  expect(await take(queue)).toBe('12');
  queue.push(event('56'));
  expect(ended).not.toHaveBeenCalled();
  queue.push(event('7'));
  expect(ended).toHaveBeenCalledTimes(1);
  expect([await take(queue), await take(queue)]).toEqual(['34', '56']);
  await expect(queue.take()).rejects.toMatchObject({ code: 'RATE_LIMITED' });
});

it('keeps no more events that say nothing than others', async () => {
  const ended = jest.fn();
  const queue = new EventQueue(1_000, ended);
  for (let count = 0; count < 8; count += 1) queue.push(event(''));
  expect(ended).toHaveBeenCalledTimes(1);
});
