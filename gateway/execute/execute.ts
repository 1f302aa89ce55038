/** Stage 6: runs the program against the subgraphs. */
import type { SpliceProgram, Step } from '../program.ts';
import type {
  ExecutedPart,
  ExecutedRequest,
  PlannedRequest,
  RequestContext,
  SourceEvent,
} from '../request.ts';
import type { AnswerFaulted } from './answer-fault.ts';
import type { SubgraphReply } from './client/call.ts';
import type { SubgraphClient } from './client/client.ts';
import { replyOf } from './events/reply.ts';
import { type FetchDependencies, type FetchEnded, send } from './fetch.ts';
import type { ForwardedTo } from './forwarded.ts';
import { type PartsDependencies, runInParts } from './parts.ts';
import { Habits } from './splice/habits.ts';
import { runOnBytes } from './splice/splice.ts';
import { tokenRequestOf } from './token-request.ts';
import type { Tokens } from './tokens.ts';
import { runOnTree, type TreeDependencies } from './tree.ts';
import { Types } from './types.ts';

export interface ExecuteDependencies {
  readonly client: SubgraphClient;
  readonly tokens: Tokens;
  readonly forwardedTo: ForwardedTo;
  readonly fetchEnded: (event: FetchEnded) => void;
  readonly answerFaulted: (event: AnswerFaulted) => void;
  readonly executed: (event: Executed) => void;
  readonly contextRequests: TreeDependencies['contextRequests'];
  /** Bytes that an answer may have; where it is written from a tree, whoever writes it looks. */
  readonly answerBytes: number;
  /** False: by the object tree alone. The bytes of replies are a faster way to the same answers, and to no others. */
  readonly splices?: boolean;
}

/** By the bytes of replies, by the object tree, or by the tree after the bytes had turned out to be unfit. */
export interface Executed {
  readonly context: RequestContext;
  readonly path: 'bytes' | 'tree' | 'fallback';
}

/** With an event: of a subscription, whose first fetch that event answers. */
export type Execute = (planned: PlannedRequest, event?: SourceEvent) => Promise<ExecutedRequest>;

export function createExecute(dependencies: ExecuteDependencies): Execute {
  const { executed, splices = true } = dependencies;
  const habits = new Habits();
  return async (planned, event) => {
    const { context } = planned.authorized.parsed;
    const { splice } = planned.program;
    const run = runOf(planned, dependencies, event);
    const begin = splices && splice !== undefined && habits.isWorthwhile(splice) ? splice : undefined;
    const result = await (begin === undefined ? onTree(planned, run) : onBytes(planned, begin, run));
    // What was cut off is no answer: whoever waits for it is gone, or has to be told why.
    if (context.signal.aborted) throw context.signal.reason;
    const path = pathOf(begin, result);
    if (begin !== undefined && path === 'bytes') habits.worked(begin);
    else if (begin !== undefined) habits.fellBack(begin);
    executed({ context, path });
    return result;
  };
}

function pathOf(begin: SpliceProgram | undefined, result: ExecutedRequest): Executed['path'] {
  if (begin === undefined) return 'tree';
  return 'spliced' in result ? 'bytes' : 'fallback';
}

export type ExecuteParts = (planned: PlannedRequest) => AsyncIterable<ExecutedPart>;

/** For an answer that comes in parts. */
export function createExecuteParts(
  dependencies: ExecuteDependencies & Pick<PartsDependencies, 'deferredObjects'>,
): ExecuteParts {
  const { deferredObjects } = dependencies;
  return async function* (planned) {
    const { context } = planned.authorized.parsed;
    const run = { ...runOf(planned, dependencies), deferredObjects };
    for await (const part of runInParts(planned, run)) {
      if (context.signal.aborted) throw context.signal.reason;
      yield part;
    }
    dependencies.executed({ context, path: 'tree' });
  };
}

interface Run extends TreeDependencies, Pick<ExecuteDependencies, 'answerBytes'> {}

function runOf(
  planned: PlannedRequest,
  {
    client,
    tokens,
    forwardedTo,
    fetchEnded,
    answerFaulted,
    contextRequests,
    answerBytes,
  }: ExecuteDependencies,
  event?: SourceEvent,
): Run {
  const { context, coerced, operation, forwarded } = planned.authorized.parsed;
  const { supergraph } = planned.snapshot;
  const dependencies: FetchDependencies = {
    client,
    context,
    shareable: operation.definition.operation !== 'mutation',
    token: (subgraph, body) => tokens.tokenFor(tokenRequestOf(subgraph, planned), body),
    forwarded: (subgraph) => forwardedTo(subgraph, forwarded),
    isBound: tokens.isBound,
    ended: fetchEnded,
  };
  return {
    types: new Types(supergraph),
    variables: coerced,
    contextRequests,
    answerBytes,
    context,
    answerFaulted,
    send: (step: Step, body: string) =>
      step.kind === 'subscription'
        ? Promise.resolve(replyOf(event, step, body))
        : send(step, body, dependencies),
  };
}

async function onTree(planned: PlannedRequest, run: TreeDependencies): Promise<ExecutedRequest> {
  const { data, errors } = await runOnTree(planned.program.fetches, run);
  return { planned, data, errors };
}

/** The object tree takes over what has been answered, by the very text of what was asked. */
async function onBytes(planned: PlannedRequest, splice: SpliceProgram, run: Run): Promise<ExecutedRequest> {
  const { variables, answerBytes, send } = run;
  const sent: { readonly step: Step; readonly body: string; readonly reply: Promise<SubgraphReply> }[] = [];
  const sendFirst = (step: Step, body: string) => {
    const reply = send(step, body);
    sent.push({ step, body, reply });
    return reply;
  };
  const first = { variables, answerBytes, send: sendFirst };
  const spliced = await runOnBytes(planned.program.fetches, splice, first);
  if (spliced !== undefined) return { planned, spliced: spliced.data, rows: spliced.rows };
  const sendOnce = (step: Step, body: string) =>
    sent.find((each) => each.step === step && each.body === body)?.reply ?? send(step, body);
  return onTree(planned, { ...run, send: sendOnce });
}
