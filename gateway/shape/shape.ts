/** Stage 7: writes the answer by the client's own operation. Whatever else came from subgraphs ends here. */
import { InternalError } from '../errors.ts';
import type { ExecutedRequest, ShapedRequest } from '../request.ts';
import { Completion, isFields } from './complete.ts';
import { denialErrors, unexplainedError, withVisiblePath } from './errors.ts';
import { introspect } from './introspection.ts';
import { Selections } from './selections.ts';

export function shape({ planned, data, errors }: ExecutedRequest): ShapedRequest {
  const { authorized, snapshot } = planned;
  const { context, accept, operation, coerced } = authorized.parsed;
  const { definition } = operation;
  const schema = snapshot.supergraph.api;
  const root = schema.getRootType(definition.operation);
  if (!root) throw new InternalError('validation let an operation without a root type pass');

  const selections = new Selections({ schema, variables: coerced, denied: authorized.denied });
  const entries = selections.entriesOf([definition.selectionSet], root);
  const completion = new Completion(selections, authorized.hidden);
  const fetched = isFields(data) ? data : {};
  const known = { ...fetched, ...introspect(entries, { schema, definition, variables: coerced }) };
  const completed = completion.root(entries, root, known);

  const reported = [
    ...denialErrors(definition.selectionSet, selections),
    ...errors.map((error) => withVisiblePath(error, definition.selectionSet)),
  ];
  const { unexplained } = completion;
  if (reported.length === 0 && unexplained !== undefined) reported.push(unexplainedError(unexplained));
  return { context, accept, data: completed, errors: reported };
}
