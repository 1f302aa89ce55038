/** What of one graph is there for one view, in operations of one kind. */
import type { MaskRule } from '@portcullis/policies/engine/rule';
import type { AccessView, OperationKind } from '@portcullis/policies/engine/view';
import type { Coordinate, Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { type GraphQLCompositeType, isAbstractType } from 'graphql';

export class Visibility {
  readonly #view: AccessView;
  readonly #supergraph: Supergraph;
  readonly #operation: OperationKind;
  readonly #hidden = new Map<string, boolean>();
  readonly #possible = new Map<string, PossibleTypes>();

  constructor(view: AccessView, supergraph: Supergraph, operation: OperationKind) {
    this.#view = view;
    this.#supergraph = supergraph;
    this.#operation = operation;
  }

  allows(coordinate: Coordinate): boolean {
    return this.#view.allows(coordinate, this.#operation);
  }

  /** In which other form a field may be seen, if not as it is. */
  maskOf(coordinate: Coordinate): MaskRule | undefined {
    return this.#view.maskOf(coordinate, this.#operation);
  }

  /**
   * A type that is denied, or of which every field is, is absent: neither `__typename` nor the length of a list nor a
   * count tells of it.
   */
  hides(type: string): boolean {
    const known = this.#hidden.get(type);
    if (known !== undefined) return known;
    const fields = this.#supergraph.fields.get(type) ?? [];
    const hidden = !this.allows(type) || !fields.some(({ coordinate }) => this.allows(coordinate));
    this.#hidden.set(type, hidden);
    return hidden;
  }

  /** The object types that a value of `type` can have, told apart by whether this caller may know of them. */
  possibleTypes(type: GraphQLCompositeType): PossibleTypes {
    const known = this.#possible.get(type.name);
    if (known !== undefined) return known;
    const names = namesOf(type, this.#supergraph);
    const possible = {
      visible: new Set(names.filter((name) => !this.hides(name))),
      hidden: new Set(names.filter((name) => this.hides(name))),
    };
    this.#possible.set(type.name, possible);
    return possible;
  }

  /** The types found hidden so far: all that the operation can come upon, once it has been rewritten. */
  hiddenTypes(): ReadonlySet<string> {
    return new Set([...this.#hidden].filter(([, hidden]) => hidden).map(([name]) => name));
  }
}

/** An interface that nothing implements stands for itself: who serves it as an object (`@interfaceObject`) can. */
function namesOf(type: GraphQLCompositeType, { api }: Supergraph): readonly string[] {
  const possible = isAbstractType(type) ? api.getPossibleTypes(type) : [];
  return possible.length === 0 ? [type.name] : possible.map(({ name }) => name);
}

export interface PossibleTypes {
  readonly visible: ReadonlySet<string>;
  readonly hidden: ReadonlySet<string>;
}

export function narrow(types: PossibleTypes, to: PossibleTypes): PossibleTypes {
  const within = (one: ReadonlySet<string>, other: ReadonlySet<string>) =>
    new Set([...one].filter((name) => other.has(name)));
  return { visible: within(types.visible, to.visible), hidden: within(types.hidden, to.hidden) };
}
