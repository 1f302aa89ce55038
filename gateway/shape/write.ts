/**
 * Writes the answer: completes values (GraphQL §6.4.3) by the compiled shape and makes JSON of them in one pass. Only what
 * the client asked for and may see, in its order, nulls propagated.
 */

import { leafText } from '../json/leaf.ts';
import {
  type MergedObject,
  Misfit,
  type ObjectShape,
  type ResponseShape,
  type ValueShape,
} from '../program.ts';
import type { Room } from './room.ts';

/** A null where there must not be one: it goes up to the nearest place that may be null (GraphQL §6.4.4). */
const propagate = Symbol('propagate');
/** An object of which the caller may not know. */
const absent = Symbol('absent');

type Written = string | typeof propagate | typeof absent;

/** Response names and list indexes from the root, the nearest first. */
interface Path {
  readonly step: string | number;
  readonly parent: Path | undefined;
}

/** A null of the answer that no subgraph has explained so far. */
export interface Gap {
  readonly path: readonly (string | number)[];
  readonly because: 'missing' | 'misfit' | 'hidden';
  /** Why there is no value, where that is known. */
  readonly misfit?: Misfit | undefined;
}

export interface WrittenAnswer {
  /** JSON; `null` if a null propagated as far as the root. */
  readonly text: string;
  readonly gaps: readonly Gap[];
  /** Items of its lists of objects. */
  readonly rows: number;
}

interface Writing {
  readonly room: Room;
  /** JSON texts by response name. */
  readonly introspection: ReadonlyMap<string, string>;
}

export function writeAnswer({ root }: ResponseShape, data: MergedObject, writing: Writing): WrittenAnswer {
  const writer = new Writer(writing);
  const written = writer.object(root, data, undefined);
  return { text: typeof written === 'string' ? written : 'null', gaps: writer.gaps, rows: writer.rows };
}

/** One object that stands somewhere in the answer; undefined if the caller may not know of it, or it has no field here. */
export function writeObject(
  shape: ObjectShape,
  value: MergedObject,
  { steps, room }: { readonly steps: readonly (string | number)[]; readonly room: Room },
): WrittenAnswer | undefined {
  const writer = new Writer({ room, introspection: new Map() });
  const path = steps.reduce<Path | undefined>((parent, step) => ({ step, parent }), undefined);
  const written = writer.object(shape, value, path);
  if (written === absent || written === '{}') return undefined;
  return { text: typeof written === 'string' ? written : 'null', gaps: writer.gaps, rows: writer.rows };
}

/** A subgraph that is wrong everywhere has been told so often enough. */
export const mostGaps = 100;

class Writer {
  readonly gaps: Gap[] = [];
  rows = 0;
  readonly #room: Room;
  readonly #introspection: ReadonlyMap<string, string>;

  constructor({ room, introspection }: Writing) {
    this.#room = room;
    this.#introspection = introspection;
  }

  object(shape: ObjectShape, value: MergedObject, path: Path | undefined): Written {
    const typename = value['__typename'];
    const fields = shape.fieldsOf(typeof typename === 'string' ? typename : undefined);
    if (fields === 'hidden') return absent;
    if (fields === undefined) return this.#misfit(path);
    const gapsBefore = this.gaps.length;
    this.#room.take(2);
    let text = '';
    for (const { name, from, key, value: field } of fields) {
      const gaps = this.gaps.length;
      this.#room.take(key.length + 1);
      const written = this.#field(field, value[from], { step: name, parent: path });
      if (written === propagate) {
        // Of the other fields there is nothing left that could be explained.
        this.gaps.splice(gapsBefore, gaps - gapsBefore);
        return propagate;
      }
      text += text === '' ? key + written : `,${key}${written}`;
    }
    return `{${text}}`;
  }

  #field(shape: ValueShape, value: unknown, path: Path): string | typeof propagate {
    const written = this.#value(shape, value, path);
    if (written !== absent) return written;
    // What is hidden is as if there were nothing.
    if (!('nonNull' in shape && shape.nonNull)) return 'null';
    this.#gap(path, 'hidden');
    return propagate;
  }

  #value(shape: ValueShape, value: unknown, path: Path): Written {
    switch (shape.kind) {
      case 'constant':
        return this.#text(shape.text);
      case 'introspection':
        return this.#text(this.#introspection.get(String(path.step)) ?? 'null');
      case 'denied':
        return shape.nonNull ? propagate : this.#text('null');
      case 'leaf':
      case 'list':
      case 'object':
        return this.#nullable(shape, value, path);
    }
  }

  #nullable(shape: FetchedShape, value: unknown, path: Path): Written {
    if (value === null || value === undefined) {
      if (!shape.nonNull) return this.#text('null');
      this.#gap(path, 'missing');
      return propagate;
    }
    const written = this.#present(shape, value, path);
    // One null within another's place: the nearest that may be null is null.
    if (written === propagate || written === 'null') return shape.nonNull ? propagate : 'null';
    return written;
  }

  #present(shape: FetchedShape, value: unknown, path: Path): Written {
    if (value instanceof Misfit) return this.#misfit(path, value);
    switch (shape.kind) {
      case 'leaf':
        return this.#leaf(shape, value, path);
      case 'list':
        return Array.isArray(value) ? this.#list(shape.of, value, path) : this.#misfit(path);
      case 'object':
        return isMergedObject(value) ? this.object(shape.object, value, path) : this.#misfit(path);
    }
  }

  #leaf(shape: Extract<ValueShape, { readonly kind: 'leaf' }>, value: unknown, path: Path): Written {
    const { leaf, mask, nonNull } = shape;
    const shown = mask === undefined ? value : mask(value);
    // Neither is it missing, nor is it what a subgraph gave: this caller may not have it.
    if (shown === null && nonNull) this.#gap(path, 'hidden');
    const text = leafText(leaf, shown);
    return text === undefined ? this.#misfit(path) : this.#text(text);
  }

  #text(text: string): string {
    this.#room.take(text.length);
    return text;
  }

  #list(shape: ValueShape, items: readonly unknown[], path: Path): Written {
    this.#room.take(items.length + 1);
    let text = '';
    for (const [step, item] of items.entries()) {
      const written = this.#value(shape, item, { step, parent: path });
      // A null in the place of what is hidden would tell how many there are.
      if (written === absent) continue;
      if (written === propagate) return propagate;
      if (shape.kind === 'object') this.rows += 1;
      text += text === '' ? written : `,${written}`;
    }
    return `[${text}]`;
  }

  #misfit(path: Path | undefined, misfit?: Misfit): 'null' {
    this.#gap(path, 'misfit', misfit);
    this.#room.take('null'.length);
    return 'null';
  }

  #gap(path: Path | undefined, because: Gap['because'], misfit?: Misfit): void {
    if (this.gaps.length < mostGaps) this.gaps.push({ path: stepsOf(path), because, misfit });
  }
}

type FetchedShape = Extract<ValueShape, { readonly kind: 'leaf' | 'list' | 'object' }>;

/** Everything else that a merged answer holds is a leaf's JSON, a list, or what did not fit. */
function isMergedObject(value: unknown): value is MergedObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function stepsOf(path: Path | undefined): (string | number)[] {
  const steps: (string | number)[] = [];
  for (let at = path; at !== undefined; at = at.parent) steps.push(at.step);
  return steps.reverse();
}
