/** Walks a reply along what was asked for: checks it, keeps what representations need, and cuts it. */
import type { Buffer } from 'node:buffer';
import { isOfLeaf, leafText } from '../../json/leaf.ts';
import type { Leaf, MemberPlan, ScanPlan, ScanValue, SourcePlan } from '../../program.ts';
import { Cuts, holeMark, textMark } from './cuts.ts';
import { Entity } from './entity.ts';
import type { Group, Groups } from './groups.ts';
import { Marks } from './marks.ts';
import { canonical, fromBytes, Tokens, toBytes } from './tokens.ts';
import { bail } from './unexpected.ts';

type ScanLeaf = Extract<ScanValue, { readonly kind: 'leaf' }>;

/** Of the reply that is being scanned: nothing comes between its beginning and its end. */
const marks = new Marks(8_192);

/** Of the objects that it is within, what is kept of them. */
const keptOfObjects = new Marks(256);

export class Scanner {
  /** Items met in lists of objects. */
  rows = 0;
  readonly #tokens: Tokens;
  readonly #groups: Groups;
  readonly #cuts: Cuts;
  /** Where what is not yet cut off begins; -1: nothing. */
  #from = -1;
  /** Places among the marks at which a group is still missing. */
  readonly #gaps: number[] = [];

  constructor(reply: Buffer, groups: Groups) {
    this.#tokens = new Tokens(reply);
    this.#groups = groups;
    this.#cuts = new Cuts(reply);
    marks.clear();
    keptOfObjects.clear();
  }

  /** `{"data":` … `}` (GraphQL §7.1); errors are for the object tree. */
  begin(): void {
    this.#tokens.expect('{"data":');
  }

  end(): void {
    const tokens = this.#tokens;
    if (tokens.takes(44)) {
      tokens.expect('"extensions":');
      tokens.any();
    }
    tokens.expect('}');
    if (!/^[ \t\n\r]*$/.test(tokens.rest())) bail();
    this.#cuts.marks = marks.take();
  }

  expect(literal: string): void {
    this.#tokens.expect(literal);
  }

  takesComma(): boolean {
    return this.#tokens.takes(44);
  }

  /** The next object, for a plan: it makes of it what stands in its own places. Undefined for null. */
  entity({ members, runs, slots }: SourcePlan): Entity | undefined {
    const tokens = this.#tokens;
    if (tokens.peek() === 110) {
      tokens.expect('null');
      return undefined;
    }
    const index = marks.reserve(runs + 1 + 2 * slots);
    const kept = index + runs + 1;
    let run = -1;
    tokens.expect('{');
    for (let at = 0; at < members.length; at += 1) {
      const member = members[at] as MemberPlan;
      const end = tokens.at;
      if (at > 0) tokens.comma();
      if (!member.isEmitted) {
        this.#cut(end);
      } else if (member.run > run) {
        this.#cut(end);
        run = member.run;
        marks.set(index + run, marks.length);
        this.#from = tokens.at;
      } else if (this.#from < 0) {
        // After something that was left out within a run: the comma before it goes along.
        this.#from = tokens.at - 1;
      }
      this.#member(member, marks, kept);
    }
    this.#cut(tokens.at);
    marks.set(index + runs, marks.length);
    tokens.expect('}');
    return new Entity(this.#cuts, index, runs);
  }

  /** Where the next object begins: it can be read once more, for another plan. */
  get at(): number {
    return this.#tokens.at;
  }

  set at(at: number) {
    this.#tokens.at = at;
  }

  /** `kept`: where the marks of what is kept go. */
  #member({ key, as, value, isEmitted, slot }: MemberPlan, into: Marks, kept: number): void {
    const tokens = this.#tokens;
    tokens.expect(key);
    const start = tokens.at;
    if (as !== undefined) this.#replace(start - key.length, as);
    if (isEmitted) this.#value(value);
    else this.#passed(value);
    if (slot === undefined) return;
    const one = value.kind === 'list' ? canonical(tokens.slice(start)) : tokens.replacement;
    into.set(kept + 2 * slot, one === undefined ? start : textMark);
    into.set(kept + 2 * slot + 1, one === undefined ? tokens.at : this.#cuts.texts.push(one) - 1);
  }

  /** A value that is no part of the answer. */
  #passed(value: ScanValue): void {
    const tokens = this.#tokens;
    if (value.kind === 'typename') tokens.expect(value.text);
    else if (value.kind === 'object') bail();
    else if (this.#isNull(value.nonNull)) tokens.replacement = undefined;
    else if (value.kind === 'list') this.#list(value.of, false);
    else this.#passedLeaf(value.leaf);
  }

  #passedLeaf(leaf: Leaf): void {
    const tokens = this.#tokens;
    const start = tokens.at;
    if (this.#isPlain(leaf)) {
      // A number too large for JSON to say is no value.
      if (tokens.replacement === 'null') bail();
      return;
    }
    tokens.at = start;
    this.#leafValue(leaf);
  }

  #value(value: ScanValue): void {
    switch (value.kind) {
      case 'leaf':
        this.#leaf(value);
        return;
      case 'list':
        if (!this.#isNull(value.nonNull)) this.#list(value.of, true);
        return;
      case 'object':
        if (!this.#isNull(value.nonNull)) this.#object(this.#planOf(value.planOf));
        return;
      case 'typename':
        this.#tokens.expect(value.text);
    }
  }

  #isNull(nonNull: boolean): boolean {
    if (this.#tokens.peek() !== 110) return false;
    if (nonNull) bail();
    this.#tokens.expect('null');
    return true;
  }

  #list(of: ScanValue, isEmitted: boolean): void {
    const tokens = this.#tokens;
    tokens.expect('[');
    if (tokens.takes(93)) return;
    const counts = of.kind === 'object' ? 1 : 0;
    do {
      this.rows += counts;
      if (isEmitted) this.#value(of);
      else this.#passed(of);
    } while (tokens.takes(44));
    tokens.expect(']');
  }

  #planOf(planOf: Extract<ScanValue, { readonly kind: 'object' }>['planOf']): ScanPlan {
    if (planOf.kind === 'one') return planOf.plan;
    const tokens = this.#tokens;
    const start = tokens.at;
    tokens.expect('{"__typename":');
    const nameAt = tokens.at + 1;
    tokens.string();
    const name = tokens.slice(nameAt, tokens.at - 1);
    tokens.at = start;
    return planOf.plan(name) ?? bail();
  }

  #object({ object, members, slots, lastHole }: ScanPlan): void {
    const tokens = this.#tokens;
    const kept = keptOfObjects.reserve(2 * slots);
    const firstGap = this.#gaps.length;
    tokens.expect('{');
    let isFirst = true;
    for (let index = 0; index < members.length; index += 1) {
      const member = members[index] as MemberPlan;
      const end = tokens.at;
      if (index > 0) tokens.comma();
      if (!member.isEmitted) {
        this.#cut(end);
      } else if (member.hole !== undefined) {
        // The comma before this member stands on both sides of the gap.
        if (!isFirst && this.#from < 0) this.#from = end;
        this.#cut(isFirst ? end : tokens.at);
        this.#gap(member.hole);
        this.#from = index > 0 ? tokens.at - 1 : tokens.at;
        if (index === 0) this.#text(',');
      } else if (this.#from < 0) {
        this.#from = isFirst ? tokens.at : tokens.at - 1;
      }
      if (member.isEmitted) isFirst = false;
      this.#member(member, keptOfObjects, kept);
    }
    if (lastHole !== undefined) {
      this.#cut(tokens.at);
      if (!isFirst) this.#text(',');
      this.#gap(lastHole);
    }
    if (this.#from < 0) this.#from = tokens.at;
    tokens.expect('}');
    if (object.sources > 0 || this.#gaps.length > firstGap)
      this.#fill(firstGap, this.#groups.of(object, this.#cuts, keptOfObjects, kept));
    keptOfObjects.length = kept;
  }

  #gap(hole: number): void {
    this.#gaps.push(marks.length + 1);
    marks.push(holeMark(hole), -1);
  }

  /** Gaps of inner objects are filled before those of the outer ones. */
  #fill(firstGap: number, { number }: Group): void {
    const gaps = this.#gaps;
    for (let index = firstGap; index < gaps.length; index += 1) marks.set(gaps[index] as number, number);
    gaps.length = firstGap;
  }

  /** Cuts off what has been read up to `end`; what follows is left out until it is taken up again. */
  #cut(end: number): void {
    if (this.#from >= 0 && end > this.#from) marks.push(this.#from, end);
    this.#from = -1;
  }

  #replace(start: number, text: string): void {
    this.#cut(start);
    this.#text(text);
    this.#from = this.#tokens.at;
  }

  #text(text: string): void {
    marks.push(textMark, this.#cuts.texts.push(text) - 1);
  }

  #leaf(value: ScanLeaf): void {
    const tokens = this.#tokens;
    const start = tokens.at;
    if (this.#isNull(value.nonNull)) {
      tokens.replacement = undefined;
      return;
    }
    if (value.mask !== undefined) {
      this.#maskedLeaf(value, value.mask);
      return;
    }
    if (!this.#isPlain(value.leaf)) {
      tokens.at = start;
      this.#checkedLeaf(value);
    } else if (tokens.replacement !== undefined) {
      // A number too large for JSON to say is no value.
      if (tokens.replacement === 'null') bail();
      this.#replace(start, tokens.replacement);
    }
  }

  /** Whether the token to come is one of the type by its looks; if not, it may still be by its value. */
  #isPlain(leaf: Leaf): boolean {
    const tokens = this.#tokens;
    const start = tokens.at;
    const code = tokens.peek();
    switch (leaf.kind) {
      case 'String':
        tokens.string();
        return true;
      case 'custom':
        tokens.any();
        return true;
      case 'ID':
        if (code === 34) tokens.string();
        return code === 34;
      case 'Boolean':
        if (code === 116 || code === 102) tokens.word();
        return code === 116 || code === 102;
      case 'enum':
        if (code !== 34) return false;
        tokens.string();
        return leaf.values.has(tokens.slice(start + 1, tokens.at - 1));
      case 'Int':
      case 'Float':
        if (code !== 45 && !(code >= 48 && code <= 57)) return false;
        tokens.number();
        return tokens.replacement === undefined && (leaf.kind === 'Float' || tokens.at - start < 10);
    }
  }

  /** By its value, as the object tree checks it. */
  #checkedLeaf({ leaf }: ScanLeaf): void {
    const tokens = this.#tokens;
    const start = tokens.at;
    const text = leafText(leaf, this.#leafValue(leaf)) ?? bail();
    if (text !== tokens.slice(start)) this.#replace(start, toBytes(text));
  }

  #leafValue(leaf: Leaf): unknown {
    const tokens = this.#tokens;
    const start = tokens.at;
    tokens.any();
    const value: unknown = JSON.parse(fromBytes(tokens.slice(start)));
    return isOfLeaf(leaf, value) ? value : bail();
  }

  #maskedLeaf({ leaf, nonNull }: ScanLeaf, mask: (value: unknown) => unknown): void {
    const tokens = this.#tokens;
    const start = tokens.at;
    const value = this.#leafValue(leaf);
    const { replacement } = tokens;
    const text = leafText(leaf, mask(value)) ?? bail();
    if (text === 'null' && nonNull) bail();
    this.#replace(start, toBytes(text));
    tokens.replacement = replacement;
  }
}
