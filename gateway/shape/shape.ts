/** Stage 7: writes the answer by the client's own operation. Whatever else came from subgraphs ends here. */
import type { ExecutedRequest, ShapedRequest } from '../request.ts';
import { gapErrors, withVisiblePath } from './errors.ts';
import { introspect } from './introspection.ts';
import { writeAnswer } from './write.ts';

export function shape({ planned, data, errors }: ExecutedRequest): ShapedRequest {
  const { authorized, program, snapshot } = planned;
  const { context, accept, operation, coerced } = authorized.parsed;
  const { definition } = operation;
  const introspection = introspect(program.response.introspection, {
    schema: snapshot.supergraph.api,
    definition,
    variables: coerced,
  });
  const written = writeAnswer(program.response, data, introspection);
  const reported = [
    ...program.response.denials,
    ...errors.map((error) => withVisiblePath(error, definition.selectionSet)),
  ];
  return { context, accept, data: written.text, errors: [...reported, ...gapErrors(written.gaps, reported)] };
}
