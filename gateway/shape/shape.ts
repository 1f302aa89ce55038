/** Stage 7: writes the answer by the client's own operation. Whatever else came from subgraphs ends here. */
import type { ExecutedRequest, ShapedRequest } from '../request.ts';
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
  const { context, accept, operation, coerced } = authorized.parsed;
  if ('spliced' in executed) {
    const { denials } = program.response;
    return { context, accept, data: executed.spliced, errors: denials };
  }
  const { data, errors } = executed;
  const { definition } = operation;
  const introspection = introspect(program.response.introspection, {
    schema: snapshot.supergraph.api,
    definition,
    variables: coerced,
  });
  const written = writeAnswer(program.response, data, { room, introspection });
  const reported = [...program.response.denials, ...visibleErrors(errors, executed.planned)];
  const all = [...reported, ...gapErrors(written.gaps, reported)];
  const told = program.response.leavesOut ? withoutPlaces(all) : all;
  return { context, accept, data: written.text, errors: told };
}
