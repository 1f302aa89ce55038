/** Stage 3: from a document's text to one executable operation with coerced variables. */
import { mutationOverGet, subscriptionNeedsStream } from '../errors.ts';
import type { KnownRequest, ParsedRequest, Snapshot } from '../request.ts';
import { coerceVariables } from './coerce.ts';
import type { Operations } from './operations.ts';

export type Parse = (known: KnownRequest, snapshot: Snapshot) => ParsedRequest;

export function createParse(operations: Operations): Parse {
  return (known, snapshot) => {
    const operation = operations.of(known, snapshot);
    const { operation: type } = operation.definition;
    if (known.method === 'GET' && type === 'mutation') throw mutationOverGet();
    if (type === 'subscription' && known.stream === undefined) throw subscriptionNeedsStream();
    const coerced = coerceVariables(snapshot.supergraph.api, operation.definition, known.variables);
    const { context, accept, stream, deferred, principal } = known;
    return { context, accept, stream, deferred, principal, operation, coerced };
  };
}
