/** What is wrong with an answer, for the operator. Its texts and values stay out of it: they can be about persons. */
import type { RequestContext } from '../request.ts';
import type { SubgraphReply } from './client/call.ts';
import type { Reply } from './reply.ts';
import { codeOf, isForClients } from './subgraph-errors.ts';

export interface AnswerFault {
  readonly status: number | undefined;
  readonly reason: 'token refused' | 'no GraphQL response' | 'errors' | 'not what was asked for';
  /** Of its errors, those that are not for the client. */
  readonly errors: number;
  /** Of the first of them, if it is in the form of a code. */
  readonly code: string | undefined;
}

export interface AnswerFaulted extends AnswerFault {
  readonly context: RequestContext;
  readonly subgraph: string;
}

type Answer = Pick<SubgraphReply, 'outcome' | 'status'>;

/**
 * Undefined if nothing is. That there was no answer is told where the request ended, and an error about a client's argument is
 * none of the subgraph's.
 * @param isUnfit whether its values left something without one
 */
export function faultOf(
  { outcome, status }: Answer,
  reply: Reply,
  isUnfit: boolean,
): AnswerFault | undefined {
  if (outcome !== 'answered') return undefined;
  if (reply.failure === undefined && reply.errors.length === 0 && !isUnfit) return undefined;
  const errors = reply.errors.filter((error) => !isForClients(error));
  const reason = reasonOf(status, reply, errors.length);
  return reason && { status, reason, errors: errors.length, code: plainCode(errors[0]) };
}

function reasonOf(
  status: number | undefined,
  { failure, errors }: Reply,
  own: number,
): AnswerFault['reason'] | undefined {
  if (status === 401 || status === 403) return 'token refused';
  if (failure !== undefined) return 'no GraphQL response';
  if (own > 0) return 'errors';
  return errors.length === 0 ? 'not what was asked for' : undefined;
}

/** A text in any other form could say anything. */
function plainCode(error: unknown): string | undefined {
  const code = codeOf(error);
  return code !== undefined && /^[A-Z][A-Z0-9_]{0,63}$/.test(code) ? code : undefined;
}
