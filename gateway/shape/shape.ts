/** Stage 7: writes the answer by the client's own operation. Whatever else came from subgraphs ends here. */
import type { ExecutedRequest, ShapedRequest } from '../request.ts';
import { accessExtensions } from '../visible/access.ts';
import { apiSchemaFor } from '../visible/api-schema-for.ts';
import { gapErrors, visibleErrors, withoutPlaces } from './errors.ts';
import { introspect } from './introspection.ts';
import { Room } from './room.ts';
import { writeAnswer } from './write.ts';

export type Shape = (executed: ExecutedRequest) => ShapedRequest;

/** `answerBytes`: of one answer, or one event. */
export function createShape(answerBytes: number): Shape {
  return (executed) => shape(executed, new Room(answerBytes));
}

export function shape(executed: ExecutedRequest, room: Room): ShapedRequest {
  const { authorized, program, snapshot } = executed.planned;
  const { context, accept, operation, coerced, explains } = authorized.parsed;
  const { decision } = authorized;
  const { supergraph } = snapshot;
  const extensions = explains === true ? accessExtensions({ decision, operation, supergraph }) : undefined;
  const { denials, denialCharacters } = program.response;
  room.take(denialCharacters + (extensions?.length ?? 0));
  if ('spliced' in executed) {
    room.take(executed.spliced.length);
    context.counts.rows += executed.rows;
    return { context, accept, data: executed.spliced, errors: denials, extensions };
  }
  const { data, errors } = executed;
  const { definition } = operation;
  const introspection = introspect(program.response.introspection, {
    schema: () => apiSchemaFor(supergraph, decision.view).schema,
    definition,
    variables: coerced,
  });
  const written = writeAnswer(program.response, data, { room, introspection });
  context.counts.rows += written.rows;
  const visible = visibleErrors(errors, executed.planned);
  room.takeErrors(visible);
  const reported = [...denials, ...visible];
  const gaps = gapErrors(written.gaps, reported);
  room.takeErrors(gaps);
  const all = [...reported, ...gaps];
  const told = program.response.leavesOut ? withoutPlaces(all) : all;
  return { context, accept, data: written.text, errors: told, extensions };
}
