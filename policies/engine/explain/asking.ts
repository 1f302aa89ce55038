/** What explanations are made with. */
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import type { Bundle } from '../bundle.ts';
import type { Caller, Decider } from '../reference/decider.ts';

export interface Asking {
  readonly bundle: Bundle;
  readonly supergraph: Supergraph;
  readonly decider: Decider;
  readonly caller: Caller;
  /** What the caller may state with a request; undefined: not known. */
  readonly grants: Grants | undefined;
}

export interface Grants {
  readonly purposes: ReadonlySet<string>;
  readonly breakGlass: boolean;
}
