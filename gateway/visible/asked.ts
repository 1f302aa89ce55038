/** A view's answers, each asked for once: what is visible is looked at until nothing changes any more. */
import type { AccessView, OperationKind } from '@portcullis/policies/engine/view';

export const operationKinds: readonly OperationKind[] = ['query', 'mutation', 'subscription'];

export class Asked {
  readonly #view: AccessView;
  readonly #answers: Readonly<Record<OperationKind, Map<string, boolean>>> = {
    query: new Map(),
    mutation: new Map(),
    subscription: new Map(),
  };
  #denied = false;

  constructor(view: AccessView) {
    this.#view = view;
  }

  /** Whether something was not allowed. */
  get denied(): boolean {
    return this.#denied;
  }

  allows(coordinate: string, kind: OperationKind): boolean {
    const answers = this.#answers[kind];
    const known = answers.get(coordinate);
    if (known !== undefined) return known;
    const allowed = this.#view.allows(coordinate, kind);
    if (!allowed) this.#denied = true;
    answers.set(coordinate, allowed);
    return allowed;
  }

  isMasked(coordinate: string, kind: OperationKind): boolean {
    const masked = this.#view.maskOf(coordinate, kind) !== undefined;
    if (masked) this.#denied = true;
    return masked;
  }

  /** In operations of one kind at least. */
  allowsSomehow(coordinate: string): boolean {
    return operationKinds.some((kind) => this.allows(coordinate, kind));
  }
}
