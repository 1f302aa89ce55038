/**
 * Before a new snapshot is switched in, it plans what is asked of the one that serves: the first request of an operation in
 * use finds its plan. Nothing is sent, and the stages are those of a request, so that nothing is planned unauthorised.
 */
import { setImmediate } from 'node:timers/promises';
import { ClientError } from '../errors.ts';
import type { Operation } from '../program.ts';
import type {
  AuthorizedRequest,
  Decision,
  EndSignal,
  KnownRequest,
  ParsedRequest,
  Snapshot,
} from '../request.ts';
import { unlessAborted } from '../unless-aborted.ts';

type SentDocument = Pick<KnownRequest, 'query' | 'operationName'>;

type Caller = Pick<KnownRequest, 'principal' | 'subject' | 'circumstances'>;

/** What the stages keep of a snapshot, and what they do for a request. */
export interface WarmUpStages {
  readonly operations: {
    knownIn(snapshot: Snapshot): readonly { readonly sent: SentDocument; readonly operation: Operation }[];
    of(sent: SentDocument, snapshot: Snapshot): Operation;
  };
  decisionsOn(
    operation: Operation,
    snapshot: Snapshot,
  ): readonly { readonly decision: Decision; readonly caller: Caller }[];
  usesOf(decision: Decision): readonly { readonly conditions: readonly string[]; readonly uses: number }[];
  authorize(parsed: ParsedRequest, snapshot: Snapshot): AuthorizedRequest | Promise<AuthorizedRequest>;
  planAhead(authorized: AuthorizedRequest, snapshot: Snapshot, uses: number): Promise<void>;
}

export interface WarmUpLimits {
  readonly operations: number;
  readonly timeoutMs: number;
}

/** What came of it; every operation in use is counted once for each set of rights and conditions. */
export interface WarmUpOutcome {
  readonly planned: number;
  /** No longer valid, or refused. */
  readonly passedOver: number;
  /** By a fault of ours, which will be told when somebody asks. */
  readonly failed: number;
  /** Beyond the limits. */
  readonly left: number;
  readonly durationMs: number;
}

/** Never rejects: what is not planned now is planned when somebody asks. */
export type WarmUp = (before: Snapshot, next: Snapshot, closing: AbortSignal) => Promise<WarmUpOutcome>;

export function createWarmUp(stages: WarmUpStages, limits: WarmUpLimits): WarmUp {
  return async (before, next, closing) => {
    const started = performance.now();
    const counts = { planned: 0, passedOver: 0, failed: 0 };
    const signal = AbortSignal.any([closing, AbortSignal.timeout(limits.timeoutMs)]);
    const all = inUse(before, stages);
    for (const use of all.slice(0, limits.operations)) {
      // Requests are answered in between.
      await setImmediate();
      if (signal.aborted) break;
      const outcome = await planOne(use, next, { stages, signal });
      if (outcome === 'left') break;
      counts[outcome] += 1;
    }
    const { planned, passedOver, failed } = counts;
    const left = all.length - planned - passedOver - failed;
    return { ...counts, left, durationMs: performance.now() - started };
  };
}

/** An operation as it is in use. */
interface Use {
  readonly sent: SentDocument;
  /** Somebody with the rights for which it was planned. */
  readonly caller: Caller;
  readonly conditions: readonly string[];
  readonly uses: number;
}

/** The most used come first. */
function inUse(snapshot: Snapshot, { operations, decisionsOn, usesOf }: WarmUpStages): readonly Use[] {
  const all = operations
    .knownIn(snapshot)
    .flatMap(({ sent, operation }) =>
      decisionsOn(operation, snapshot).flatMap(({ decision, caller }) =>
        usesOf(decision).map(({ conditions, uses }) => ({ sent, caller, conditions, uses })),
      ),
    );
  // What has been warmed again and again and asked for by nobody has come down to nothing.
  return all.filter(({ uses }) => uses > 0).sort((one, other) => other.uses - one.uses);
}

interface Surroundings {
  readonly stages: WarmUpStages;
  readonly signal: AbortSignal;
}

async function planOne(
  { sent, caller, conditions, uses }: Use,
  next: Snapshot,
  { stages, signal }: Surroundings,
): Promise<'planned' | 'passedOver' | 'failed' | 'left'> {
  try {
    const operation = stages.operations.of(sent, next);
    const parsed = { ...requestWith(signal), ...caller, operation, coerced: coercedOf(conditions) };
    const authorized = await unlessAborted(stages.authorize(parsed, next), signal);
    // Half of its uses, so that it is forgotten over a few snapshots unless somebody asks again.
    await unlessAborted(stages.planAhead(authorized, next, Math.floor(uses / 2)), signal);
    return 'planned';
  } catch (error) {
    if (signal.aborted) return 'left';
    return error instanceof ClientError ? 'passedOver' : 'failed';
  }
}

/** The other variables' values are nobody's business here, and no plan depends on them. */
function coercedOf(conditions: readonly string[]): Readonly<Record<string, unknown>> {
  const coerced: Record<string, unknown> = Object.create(null);
  for (const name of conditions) coerced[name] = true;
  return coerced;
}

function requestWith(signal: EndSignal): Pick<ParsedRequest, 'context' | 'accept'> {
  return {
    context: { id: 'warm-up', traceparent: '', signal, counts: { subgraphRequests: 0, rows: 0 } },
    accept: 'application/json',
  };
}
