/** Inputs of which nobody has said what they use (`@uses`, `@usesNothing`), each with the fields that take them. */
import type { Coordinate, Element, Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { elementOf, split } from './elements.ts';

export type UnlinkedInputs = ReadonlyMap<Coordinate, ReadonlySet<Element>>;

export function unlinkedInputs(supergraph: Supergraph): UnlinkedInputs {
  const inside = partsByType(supergraph);
  const linked = typesWithLinks(inside);
  const found = new Map<Coordinate, Set<Element>>();
  const walk = new Walk({ inside, linked, found });
  for (const element of supergraph.elements.values()) {
    if (element.kind === 'argument') walk.argument(element, elementOf(supergraph, fieldOf(element)));
  }
  return found;
}

/** `Type.field(argument:)` → `Type.field` */
function fieldOf({ coordinate }: Element): Coordinate {
  return coordinate.slice(0, coordinate.indexOf('('));
}

type Parts = ReadonlyMap<string, readonly Element[]>;

/** Input fields by input type, values by enum. */
function partsByType({ elements }: Supergraph): Parts {
  const parts = new Map<string, Element[]>();
  for (const element of elements.values()) {
    if (element.kind !== 'inputField' && element.kind !== 'enumValue') continue;
    const [type] = split(element.coordinate);
    const ofType = parts.get(type);
    if (ofType === undefined) parts.set(type, [element]);
    else ofType.push(element);
  }
  return parts;
}

/** Types in which, however deep, something says what it uses: the rest of them counts part by part. */
function typesWithLinks(inside: Parts): ReadonlySet<string> {
  const linked = new Set<string>();
  for (let size = -1; size !== linked.size; ) {
    size = linked.size;
    for (const [type, parts] of inside) {
      if (parts.some((part) => isLinked(part) || linked.has(part.type ?? ''))) linked.add(type);
    }
  }
  return linked;
}

function isLinked({ uses, usesNothing }: Element): boolean {
  return usesNothing || uses.length > 0;
}

interface Collected {
  readonly inside: Parts;
  readonly linked: ReadonlySet<string>;
  readonly found: Map<Coordinate, Set<Element>>;
}

class Walk {
  readonly #of: Collected;

  constructor(collected: Collected) {
    this.#of = collected;
  }

  argument(argument: Element, field: Element): void {
    this.#add(argument, field, new Set());
  }

  #add(input: Element, field: Element, seen: Set<string>): void {
    if (isLinked(input)) return;
    const { inside, linked, found } = this.#of;
    if (input.type === undefined || !linked.has(input.type)) {
      const fields = found.get(input.coordinate) ?? new Set();
      found.set(input.coordinate, fields.add(field));
    } else if (!seen.has(input.type)) {
      seen.add(input.type);
      for (const part of inside.get(input.type) ?? []) this.#add(part, field, seen);
    }
  }
}
