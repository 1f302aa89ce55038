/** Writes an answer from what replies were cut into. */
import { Buffer } from 'node:buffer';
import { answerTooLarge } from '../../errors.ts';
import type { HolePart } from '../../program.ts';
import { type Cuts, holeMark, textMark, wordsOf } from './cuts.ts';
import type { Entity } from './entity.ts';
import type { Group, Groups } from './groups.ts';
import { bail } from './unexpected.ts';

const usual = 262_144;

/** From so many bytes on, a call of the library costs less than what it saves. */
const many = 1_024;

/** One for all answers: writing one is not interrupted, and what is kept from one to the next is the room. */
export class Writer {
  #bytes = Buffer.allocUnsafeSlow(usual);
  #words = wordsOf(this.#bytes);
  #at = 0;
  #most = 0;
  #groups: readonly Group[] = [];
  /** Of each hole of the groups, where it was written first, and where that ends; nothing is ever written at 0. */
  #written = new Int32Array(0);

  /**
   * All that the root's holes say, as an object.
   * @throws ClientError if it would be larger than `most` bytes
   */
  write({ root, all, holes }: Groups, most: number): Buffer {
    this.#most = most;
    this.#groups = all;
    if (this.#written.length < 2 * holes) this.#written = new Int32Array(4 * holes);
    else this.#written.fill(0, 0, 2 * holes);
    this.#at = 0;
    try {
      this.#text('{');
      for (let hole = 0; hole < root.plan.holes.length; hole += 1) this.#hole(root, hole);
      this.#text('}');
      const answer = Buffer.allocUnsafeSlow(this.#at);
      this.#bytes.copy(answer, 0, 0, this.#at);
      return answer;
    } finally {
      this.#forget();
    }
  }

  #forget(): void {
    this.#groups = [];
    if (this.#bytes.length > 16 * usual) this.#allocate(usual);
    if (this.#written.length > usual) this.#written = new Int32Array(0);
  }

  #hole(group: Group, hole: number): void {
    const index = 2 * (group.firstHole + hole);
    const start = this.#written[index] ?? 0;
    if (start > 0) {
      this.#again(start, this.#written[index + 1] ?? 0);
      return;
    }
    const from = this.#at;
    const parts = group.plan.holes[hole] ?? bail();
    for (let place = 0; place < parts.length; place += 1) {
      if (place > 0) this.#text(',');
      this.#part(group, parts[place] as HolePart);
    }
    this.#written[index] = from;
    this.#written[index + 1] = this.#at;
  }

  #part(group: Group, part: HolePart): void {
    if (part.kind === 'constant') {
      this.#text(part.text);
      return;
    }
    const entity = group.entities[part.source.index];
    if (entity === undefined) this.#text(part.absent ?? bail());
    else this.#run(entity, part.run);
  }

  #run(entity: Entity, run: number): void {
    const { cuts } = entity;
    const { marks } = cuts;
    const end = entity.end(run);
    for (let at = entity.begin(run); at < end; at += 2) {
      const one = marks[at] as number;
      const other = marks[at + 1] as number;
      if (one >= 0) this.#slice(cuts, one, other);
      else if (one === textMark) this.#text(cuts.texts[other] ?? bail());
      else this.#hole(this.#groups[other] ?? bail(), holeMark(one));
    }
  }

  #slice({ bytes, words }: Cuts, from: number, to: number): void {
    const length = to - from;
    const at = this.#take(length);
    if (length >= many) {
      bytes.copy(this.#bytes, at, from, to);
      return;
    }
    const written = this.#words;
    const whole = length & ~3;
    for (let offset = 0; offset < whole; offset += 4) {
      written.setInt32(at + offset, words.getInt32(from + offset, true), true);
    }
    for (let offset = whole; offset < length; offset += 1) {
      this.#bytes[at + offset] = bytes[from + offset] as number;
    }
  }

  #again(from: number, to: number): void {
    const at = this.#take(to - from);
    this.#bytes.copyWithin(at, from, to);
  }

  #text(text: string): void {
    const at = this.#take(text.length);
    if (text.length >= many) {
      this.#bytes.write(text, at, 'latin1');
      return;
    }
    for (let index = 0; index < text.length; index += 1) this.#bytes[at + index] = text.charCodeAt(index);
  }

  /** @returns where there is room for so many bytes */
  #take(count: number): number {
    const at = this.#at;
    this.#at += count;
    if (this.#at > this.#most) throw answerTooLarge(this.#most);
    if (this.#at > this.#bytes.length) {
      const before = this.#bytes;
      this.#allocate(2 * this.#at);
      before.copy(this.#bytes, 0, 0, at);
    }
    return at;
  }

  #allocate(size: number): void {
    this.#bytes = Buffer.allocUnsafeSlow(size);
    this.#words = wordsOf(this.#bytes);
  }
}
