/** What execution has to know of types: which condition an object meets. */
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { isObjectType } from 'graphql';

export class Types {
  readonly #supergraph: Supergraph;

  constructor(supergraph: Supergraph) {
    this.#supergraph = supergraph;
  }

  /** Bound, to be handed on. */
  readonly isObject = (name: unknown): boolean =>
    typeof name === 'string' && isObjectType(this.#supergraph.composed.getType(name));

  /** DoesFragmentTypeApply (GraphQL §6.3.2), by name. An interface's own name stands for whoever implements it. */
  meets(typename: unknown, condition: string | undefined): boolean {
    if (condition === undefined || condition === typename) return true;
    if (typeof typename !== 'string') return false;
    return (
      this.#supergraph.possibleTypes.get(condition)?.has(typename) === true ||
      this.#supergraph.interfaces.get(typename)?.has(condition) === true
    );
  }
}
