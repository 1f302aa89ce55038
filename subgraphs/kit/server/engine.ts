/** Apollo Server as a library: executes a GraphQL request, opens no port, tells nobody. */
import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { Answer } from './answer.ts';
import { answeredError } from './answered-error.ts';
import type { SubgraphContext } from './context.ts';
import type { Log } from './log.ts';
import { logFaults } from './log-faults.ts';
import { settledErrors } from './settled-errors.ts';

/** What the engine knows of a request beside what resolvers may know. */
export interface RequestScope extends SubgraphContext {
  readonly log: Log;
}

export interface Engine {
  execute(body: unknown, scope: RequestScope): Promise<Answer>;
  stop(): Promise<void>;
}

export async function createEngine(schema: GraphQLSchema, log: Log): Promise<Engine> {
  const server = new ApolloServer<RequestScope>({
    schema,
    plugins: [...SILENT, inRequests],
    formatError: (error, thrown) => answeredError(error, thrown),
    // The SDL is `_service`'s to give; introspection would give it a second way, without federation.
    introspection: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    allowBatchedHttpRequests: false,
    // No browser gets here: every request carries a token that only the gateway can make.
    csrfPrevention: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    // Its texts can hold anything; faults are logged by `inRequests`.
    logger: {
      debug() {},
      info() {},
      warn() {},
      error: () => log.error('the GraphQL engine reported an error'),
    },
    nodeEnv: 'production',
  });
  await server.start();
  return { execute: (body, scope) => execute(server, body, scope), stop: () => server.stop() };
}

/** Some of these would report to a vendor if its variables happened to be set. */
const SILENT = [
  ApolloServerPluginLandingPageDisabled(),
  ApolloServerPluginUsageReportingDisabled(),
  ApolloServerPluginSchemaReportingDisabled(),
  ApolloServerPluginInlineTraceDisabled(),
  ApolloServerPluginCacheControlDisabled(),
];

const inRequests: ApolloServerPlugin<RequestScope> = {
  async requestDidStart() {
    return {
      // The engine would execute it as if it were a query.
      async didResolveOperation({ operation }) {
        if (operation?.operation === 'subscription') throw SUBSCRIPTION_AS_JSON;
      },
      async didEncounterErrors({ errors, contextValue }) {
        logFaults(errors, contextValue.log);
      },
      async willSendResponse({ response: { body } }) {
        if (body.kind !== 'single') return;
        const { data, errors } = body.singleResult;
        // Without data nothing has run, and the errors are about the request.
        if (data === undefined || errors === undefined) return;
        body.singleResult = { ...body.singleResult, errors: settledErrors(data, errors) };
      },
    };
  },
};

const SUBSCRIPTION_AS_JSON = new GraphQLError(
  'a subscription is answered as text/event-stream or over a WebSocket, not as JSON',
  { extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } },
);

async function execute(
  server: ApolloServer<RequestScope>,
  body: unknown,
  scope: RequestScope,
): Promise<Answer> {
  const { status = 200, body: answer } = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: 'POST', search: '', body, headers: HEADERS },
    context: async () => scope,
  });
  // Chunks come of `@defer` only, which federation leaves to the gateway.
  if (answer.kind !== 'complete') throw new Error('the engine answered in chunks');
  return { status, body: answer.string };
}

/** Nothing of the request's headers reaches the engine. */
const HEADERS = new HeaderMap([
  ['content-type', 'application/json'],
  ['accept', 'application/json'],
]);
