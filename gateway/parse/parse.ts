/** Stage 3: from a document's text to one executable operation with coerced variables. */
import type { GraphQLSchema } from 'graphql';
import { ClientError, mutationOverGet, subscriptionNeedsStream } from '../errors.ts';
import type { Operation } from '../program.ts';
import type { KnownRequest, ParsedRequest, RefusalModes, Snapshot } from '../request.ts';
import { apiSchemaFor } from '../visible/api-schema-for.ts';
import { coerceVariables } from './coerce.ts';
import type { Operations } from './operations.ts';

/**
 * At once, unless it matters what the caller may see of the graph, and that is not known yet: where a hidden name has to be like
 * one that there is not, and for what is told of a document that cannot be run.
 */
export type Parse = (known: KnownRequest, snapshot: Snapshot) => ParsedRequest | Promise<ParsedRequest>;

export function createParse(operations: Operations, modes: RefusalModes): Parse {
  return (known, snapshot) => {
    const { api } = snapshot.supergraph;
    const mode = modes[known.subject.kind];
    const whole = () => parsedOf(known, read(known, api, operations.of(known, snapshot)), mode === 'refuse');
    const shown = (schema: GraphQLSchema) => read(known, schema, operations.shownIn(schema, known));
    if (mode === 'hide') {
      return whenShown(known, snapshot, (schema) => {
        if (schema === api) return whole();
        shown(schema);
        return withoutNames(whole);
      });
    }
    try {
      return whole();
    } catch (thrown) {
      if (!mayName(thrown)) throw thrown;
      return whenShown(known, snapshot, (schema): never => {
        if (schema === api) throw thrown;
        shown(schema);
        throw unnamed(thrown);
      });
    }
  };
}

interface Read {
  readonly operation: Operation;
  readonly coerced: ParsedRequest['coerced'];
}

function read(known: KnownRequest, schema: GraphQLSchema, operation: Operation): Read {
  const { operation: type } = operation.definition;
  if (known.method === 'GET' && type === 'mutation') throw mutationOverGet();
  if (type === 'subscription' && known.stream === undefined) throw subscriptionNeedsStream();
  return { operation, coerced: coerceVariables(schema, operation.definition, known.variables) };
}

function parsedOf(known: KnownRequest, { operation, coerced }: Read, allOrNothing: boolean): ParsedRequest {
  const { context, accept, stream, deferred, forwarded, principal, subject, circumstances, extensions } =
    known;
  const explains = Object.hasOwn(extensions, 'access') && extensions['access'] === true;
  const caller = { principal, subject, circumstances };
  return {
    context,
    accept,
    stream,
    deferred,
    forwarded,
    ...caller,
    operation,
    coerced,
    allOrNothing,
    explains,
  };
}

/** The schema of what the caller may see, as soon as it is known. */
function whenShown<T>(
  { subject, circumstances }: KnownRequest,
  { access, supergraph }: Snapshot,
  use: (schema: GraphQLSchema) => T,
): T | Promise<T> {
  const view = access.viewOf(subject, circumstances);
  if (view instanceof Promise) return view.then((made) => use(apiSchemaFor(supergraph, made).schema));
  return use(apiSchemaFor(supergraph, view).schema);
}

/** Texts about documents and about values name what the schema has in their place. */
function mayName(thrown: unknown): thrown is ClientError {
  if (!(thrown instanceof ClientError)) return false;
  return thrown.code === 'GRAPHQL_VALIDATION_FAILED' || thrown.code === 'BAD_USER_INPUT';
}

/** What would do for all that the caller may see, and does not for all there is. */
function unnamed({ code }: ClientError): ClientError {
  return new ClientError(code, 'The request does not fit the graph.');
}

function withoutNames<T>(attempt: () => T): T {
  try {
    return attempt();
  } catch (thrown) {
    throw mayName(thrown) ? unnamed(thrown) : thrown;
  }
}
