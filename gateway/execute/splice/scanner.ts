/** Walks a reply along what was asked for: checks it, keeps what representations need, and cuts it into pieces. */
import type { Buffer } from 'node:buffer';
import { isOfLeaf, leafText } from '../../json/leaf.ts';
import type { Leaf, MemberPlan, ScanPlan, ScanValue, SourcePlan } from '../../program.ts';
import { Entity, type Group, type Piece } from './pieces.ts';
import { canonical, fromBytes, Tokens, toBytes } from './tokens.ts';
import { bail } from './unexpected.ts';

export interface Groups {
  /** The group of objects from whose reply this was kept. */
  groupOf(plan: ScanPlan['object'], kept: readonly string[]): Group;
}

type ScanLeaf = Extract<ScanValue, { readonly kind: 'leaf' }>;

export class Scanner {
  readonly #tokens: Tokens;
  readonly #groups: Groups;
  #pieces: Piece[] = [];
  /** Where what is not yet cut off begins; -1: nothing. */
  #from = -1;
  /** Pairs: the place among the pieces, and which hole of its object belongs there. */
  readonly #gaps: number[] = [];

  constructor(reply: Buffer, groups: Groups) {
    this.#tokens = new Tokens(reply);
    this.#groups = groups;
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
    if (tokens.text.substring(tokens.at).trim() !== '') bail();
  }

  expect(literal: string): void {
    this.#tokens.expect(literal);
  }

  takesComma(): boolean {
    return this.#tokens.takes(44);
  }

  /** The next object once for each plan: each makes of it what stands in its own places. Undefined for null. */
  entities(plans: readonly SourcePlan[]): readonly (Entity | undefined)[] {
    const start = this.#tokens.at;
    return plans.map((plan) => {
      this.#tokens.at = start;
      return this.#entity(plan);
    });
  }

  #entity({ members }: SourcePlan): Entity | undefined {
    const tokens = this.#tokens;
    if (tokens.peek() === 110) {
      tokens.expect('null');
      return undefined;
    }
    const runs: Piece[][] = [];
    const kept: string[] = [];
    tokens.expect('{');
    for (let index = 0; index < members.length; index += 1) {
      const member = members[index] as MemberPlan;
      const end = tokens.at;
      if (index > 0) tokens.comma();
      if (!member.isEmitted) {
        this.#cut(end);
      } else if (runs.length <= member.run) {
        this.#cut(end);
        this.#pieces = [];
        runs.push(this.#pieces);
        this.#from = tokens.at;
      } else if (this.#from < 0) {
        // After something that was left out within a run: the comma before it goes along.
        this.#from = tokens.at - 1;
      }
      this.#member(member, kept);
    }
    this.#cut(tokens.at);
    tokens.expect('}');
    return new Entity(runs, kept);
  }

  #member({ key, as, value, isEmitted, slot }: MemberPlan, kept: string[]): void {
    const tokens = this.#tokens;
    tokens.expect(key);
    const start = tokens.at;
    if (as !== undefined) this.#replace(start - key.length, as);
    if (isEmitted) this.#value(value);
    else this.#passed(value);
    if (slot === undefined) return;
    const given = tokens.text.substring(start, tokens.at);
    const raw = value.kind === 'list' ? canonical(given) : (tokens.replacement ?? given);
    // A reply that is ASCII can have others in its escapes.
    kept[slot] = tokens.isAscii && raw === given ? raw : fromBytes(raw);
  }

  /** A value that is no part of the answer. */
  #passed(value: ScanValue): void {
    const tokens = this.#tokens;
    if (value.kind === 'typename') tokens.expect(value.text);
    else if (value.kind === 'object') bail();
    else if (this.#isNull(value.nonNull)) tokens.replacement = undefined;
    else if (value.kind === 'list') this.#list(() => this.#passed(value.of));
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
        if (!this.#isNull(value.nonNull)) this.#list(() => this.#value(value.of));
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

  #list(item: () => void): void {
    const tokens = this.#tokens;
    tokens.expect('[');
    if (tokens.takes(93)) return;
    do item();
    while (tokens.takes(44));
    tokens.expect(']');
  }

  #planOf(planOf: Extract<ScanValue, { readonly kind: 'object' }>['planOf']): ScanPlan {
    if (planOf.kind === 'one') return planOf.plan;
    const tokens = this.#tokens;
    const start = tokens.at;
    tokens.expect('{"__typename":');
    const nameAt = tokens.at + 1;
    tokens.string();
    const name = tokens.text.substring(nameAt, tokens.at - 1);
    tokens.at = start;
    return planOf.plan(name) ?? bail();
  }

  #object({ object, members, lastHole }: ScanPlan): void {
    const tokens = this.#tokens;
    const kept: string[] = [];
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
        this.#cut(end);
        if (!isFirst) this.#pieces.push(',');
        this.#gap(member.hole);
        this.#pieces.push(',');
        this.#from = tokens.at;
      } else if (this.#from < 0) {
        this.#from = isFirst ? tokens.at : tokens.at - 1;
      }
      if (member.isEmitted) isFirst = false;
      this.#member(member, kept);
    }
    if (lastHole !== undefined) {
      this.#cut(tokens.at);
      if (!isFirst) this.#pieces.push(',');
      this.#gap(lastHole);
    }
    if (this.#from < 0) this.#from = tokens.at;
    tokens.expect('}');
    if (object.isJoined || this.#gaps.length > firstGap)
      this.#fill(firstGap, this.#groups.groupOf(object, kept));
  }

  #gap(hole: number): void {
    this.#gaps.push(this.#pieces.length, hole);
    this.#pieces.push('');
  }

  /** Gaps of inner objects are filled before those of the outer ones. */
  #fill(firstGap: number, group: Group): void {
    const gaps = this.#gaps;
    for (let at = firstGap; at < gaps.length; at += 2) {
      this.#pieces[gaps[at] as number] = group.holes[gaps[at + 1] as number] ?? bail();
    }
    gaps.length = firstGap;
  }

  /** Cuts off what has been read up to `end`; what follows is left out until it is taken up again. */
  #cut(end: number): void {
    if (this.#from >= 0 && end > this.#from) this.#pieces.push(this.#tokens.text.substring(this.#from, end));
    this.#from = -1;
  }

  #replace(start: number, text: string): void {
    this.#cut(start);
    this.#pieces.push(text);
    this.#from = this.#tokens.at;
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
        return leaf.values.has(tokens.text.substring(start + 1, tokens.at - 1));
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
    if (text !== tokens.text.substring(start, tokens.at)) this.#replace(start, toBytes(text));
  }

  #leafValue(leaf: Leaf): unknown {
    const tokens = this.#tokens;
    const start = tokens.at;
    tokens.any();
    const value: unknown = JSON.parse(fromBytes(tokens.text.substring(start, tokens.at)));
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
