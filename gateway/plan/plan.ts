/** Stage 5: which subgraph is asked for what, in which order. Its only input is an authorised request. */
import { evaluate } from '@portcullis/policies/engine/evaluate';
import { InternalError } from '../errors.ts';
import type { Program } from '../program.ts';
import type { AuthorizedRequest, PlannedRequest, Snapshot } from '../request.ts';
import { unlessAborted } from './unless-aborted.ts';

/** At once where the program is known; otherwise whenever the planner has made it. */
export function plan(
  authorized: AuthorizedRequest,
  snapshot: Snapshot,
): PlannedRequest | Promise<PlannedRequest> {
  const planned = (program: Program): PlannedRequest => {
    verify(program.coordinates, authorized, snapshot);
    return { authorized, snapshot, program };
  };
  const program = snapshot.programs.of(authorized.operation);
  if (!(program instanceof Promise)) return planned(program);
  return unlessAborted(program, authorized.parsed.context.signal).then(planned);
}

/**
 * The second look, at what will really be sent. `authorize` took out what is denied; should the planner put something
 * back, by a way that nobody thought of, nothing is sent at all. A coordinate of an interface is judged as the fetch will
 * be answered: by one of the types that it can be.
 */
function verify(coordinates: ReadonlySet<string>, { parsed }: AuthorizedRequest, snapshot: Snapshot): void {
  const { rules, supergraph } = snapshot;
  for (const coordinate of coordinates) {
    const [type = '', field = ''] = coordinate.split('.');
    const possible = [...(supergraph.possibleTypes.get(type) ?? [])];
    const allowed = possible.some(
      (name) => evaluate(rules, parsed.principal, `${name}.${field}`).effect === 'allow',
    );
    if (!allowed) throw new InternalError(`the plan names \`${coordinate}\`, which is denied to this caller`);
  }
}
