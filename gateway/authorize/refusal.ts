/** An operation that is refused whole. The text is one for whatever is denied; what that is, is told to those who ask. */
import { Refused } from '../refused.ts';
import type { Decision, ParsedRequest, Snapshot } from '../request.ts';
import { accessExtensions } from '../visible/access.ts';

export interface RefusedOperation {
  readonly parsed: ParsedRequest;
  readonly decision: Decision;
  readonly snapshot: Pick<Snapshot, 'supergraph'>;
}

export function refusal(message: string, { parsed, decision, snapshot }: RefusedOperation): Refused {
  const { operation, explains } = parsed;
  const { supergraph } = snapshot;
  const extensions = explains === true ? accessExtensions({ decision, operation, supergraph }) : undefined;
  return new Refused('FORBIDDEN', message, { extensions, attempt: { kind: 'operation', decision } });
}
