/** What an argument can make use of of which nobody has said what it uses: all that its subgraph can see from there. */
import type { Coordinate, Element, Supergraph } from '@portcullis/schema/supergraph/supergraph';

export class Reach {
  readonly #supergraph: Supergraph;
  readonly #known = new Map<string, ReadonlySet<Coordinate>>();

  constructor(supergraph: Supergraph) {
    this.#supergraph = supergraph;
  }

  /** Equal for fields from which the same is reached. */
  keyOf(field: Element): string {
    const isLeaf = field.type === undefined || !this.#isComposite(field.type);
    return isLeaf
      ? field.coordinate
      : JSON.stringify(field.owners.map((each) => [each, typeIn(field, each)]));
  }

  /** The columns from `field` on: leaf fields; of a field that is a leaf, itself. */
  columnsOf(field: Element): ReadonlySet<Coordinate> {
    if (field.type === undefined || !this.#isComposite(field.type)) return new Set([field.coordinate]);
    return new Set(field.owners.flatMap((each) => [...this.#from(typeIn(field, each), each)]));
  }

  #from(start: string, subgraph: string): ReadonlySet<Coordinate> {
    const key = JSON.stringify([start, subgraph]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const { possibleTypes, fields } = this.#supergraph;
    const columns = new Set<Coordinate>();
    const types = new Set([start]);
    for (const type of types) {
      for (const possible of possibleTypes.get(type) ?? []) types.add(possible);
      for (const field of fields.get(type) ?? []) {
        if (!field.owners.includes(subgraph)) continue;
        const returned = typeIn(field, subgraph);
        if (this.#isComposite(returned)) types.add(returned);
        else columns.add(field.coordinate);
      }
    }
    this.#known.set(key, columns);
    return columns;
  }

  #isComposite(type: string): boolean {
    return this.#supergraph.possibleTypes.has(type);
  }
}

function typeIn({ type, typeIn }: Element, subgraph: string): string {
  return typeIn.get(subgraph) ?? type ?? '';
}
