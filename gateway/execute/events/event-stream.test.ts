import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EventStreamParser, EventTooLarge } from './event-stream.ts';

function eventsOf(chunks: readonly Uint8Array[], longest = 10_000) {
  const parser = new EventStreamParser(longest);
  return chunks.flatMap((chunk) => [...parser.push(chunk)]);
}

const read = (text: string) => eventsOf([Buffer.from(text)]);

describe('an event stream', () => {
  it.each<[string, string, readonly (readonly [string, string])[]]>([
    ['a type and data', 'event: next\ndata: 1\n\n', [['next', '1']]],
    ['no type', 'data: 1\n\n', [['message', '1']]],
    ['no space after the colon', 'event:next\ndata:1\n\n', [['next', '1']]],
    ['one space taken away, and no more', 'data:  1 \n\n', [['message', ' 1 ']]],
    ['several lines of data', 'data: a\ndata\ndata: b\n\n', [['message', 'a\n\nb']]],
    ['a type without data, as `complete` may be', 'event: complete\n\n', [['complete', '']]],
    ['nothing between empty lines', '\n\n\r\n\r\r', []],
    [
      'comments and fields that mean nothing here',
      ': a\nid: 1\nretry: 5\nother\ndata: 1\n\n',
      [['message', '1']],
    ],
    ['a colon in the data', 'data: {"a":"b:c"}\n\n', [['message', '{"a":"b:c"}']]],
    [
      'each of the line ends',
      'data: 1\r\n\r\ndata: 2\r\rdata: 3\n\n',
      [
        ['message', '1'],
        ['message', '2'],
        ['message', '3'],
      ],
    ],
    ['a byte order mark at the start', '\ufeffdata: 1\n\n', [['message', '1']]],
    ['an event that is not over', 'data: 1\n', []],
    [
      'a type that is for one event only',
      'event: a\ndata: 1\n\ndata: 2\n\n',
      [
        ['a', '1'],
        ['message', '2'],
      ],
    ],
  ])('has %s', (_, text, expected) => {
    expect(read(text).map(({ type, data }) => [type, data])).toEqual(expected);
  });

  it('means the same however it is cut, in the middle of a character too', () => {
    const line = fc.constantFrom('data: ä€😀', 'event: next', ': hi', '', 'data', 'data:{"a":1}', 'id: 3');
    const end = fc.constantFrom('\n', '\r', '\r\n');
    const stream = fc.array(
      fc.tuple(line, end).map((parts) => parts.join('')),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(stream, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), (lines, sizes) => {
        const bytes = Buffer.from(lines.join(''));
        const chunks: Buffer[] = [];
        for (let at = 0, n = 0; at < bytes.length; n += 1) {
          const size = sizes[n % sizes.length] ?? 1;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(eventsOf(chunks)).toEqual(eventsOf([bytes]));
      }),
    );
  });

  it.each([
    ['a line', 'x'.repeat(200)],
    ['a line in pieces', ...'x'.repeat(200)],
    ['data', 'data: 12345678\n'.repeat(20)],
  ])('holds no more than it may of %s', (_, ...pieces) => {
    expect(() =>
      eventsOf(
        pieces.map((piece) => Buffer.from(piece)),
        100,
      ),
    ).toThrow(EventTooLarge);
  });
});
