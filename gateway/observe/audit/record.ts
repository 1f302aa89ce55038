/** What the audit trail says of an operation: who, as whom and for what, which fields and in what form; never a value. */
import type { GraphQLSchema } from 'graphql';
import type { Attempt } from '../../refused.ts';
import type { Decision, KnownRequest, RequestContext } from '../../request.ts';
import { type AuditedUses, usesOf } from './uses.ts';

export interface AuditEvent {
  /** `stream`: a subscription, or an answer in parts, begins; its end is a `request` like any other. */
  readonly kind: 'request' | 'stream';
  readonly context: RequestContext;
  readonly known: KnownRequest;
  /** Undefined if it was refused before anything was decided. */
  readonly decision: Decision | undefined;
  /** Of what was refused as a whole: nothing of it was read. */
  readonly attempt: Attempt | undefined;
  readonly schema: GraphQLSchema;
  readonly operationType: string | undefined;
  readonly operationName: string | undefined;
  /** Of the snapshot that the request held. */
  readonly generation: string;
  /** Of the rules that decided. */
  readonly policies: string;
  readonly status: number;
  readonly codes: readonly string[];
}

/** A JSON object; its members stand in a fixed order. */
export function recordOf(event: AuditEvent, at: Date): string {
  const { kind, context, known, status, codes, generation, policies } = event;
  const head = JSON.stringify({
    at: at.toISOString(),
    kind,
    request: context.id,
    ...whoOf(known),
    operation: { type: event.operationType, name: event.operationName },
  });
  const uses = usesText(event);
  const tail = JSON.stringify({ rows: context.counts.rows, status, codes, generation, policies });
  return `${head.slice(0, -1)}${uses},${tail.slice(1)}`;
}

function whoOf({ principal, subject, circumstances, breakGlass }: KnownRequest) {
  const who =
    principal.kind === 'anonymous'
      ? { kind: 'anonymous' }
      : {
          kind: subject.kind,
          issuer: principal.issuer,
          subject: principal.subject,
          client: principal.clientId,
        };
  const { zone } = circumstances;
  return { who, purpose: subject.purpose, zone, ...(breakGlass !== undefined && { breakGlass }) };
}

function usesText({ decision, attempt, schema }: AuditEvent): string {
  if (decision !== undefined) return `,"uses":${textFor(decision, schema)}`;
  if (attempt === undefined) return '';
  if (attempt.kind !== 'operation') return `,"refused":"${attempt.kind}"`;
  const { denied } = usesOf(attempt.decision, schema);
  return `,"uses":${JSON.stringify({ clear: [], masked: [], denied } satisfies AuditedUses)}`;
}

/** By decision, which is kept as long as its operation is known. */
const texts = new WeakMap<Decision, string>();

function textFor(decision: Decision, schema: GraphQLSchema): string {
  const known = texts.get(decision);
  if (known !== undefined) return known;
  const text = JSON.stringify(usesOf(decision, schema));
  texts.set(decision, text);
  return text;
}
