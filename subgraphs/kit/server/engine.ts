/** Apollo Server as a library: executes a GraphQL request, opens no port, tells nobody. */
import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import type { Answer } from './answer.ts';
import { answeredError, isFault } from './answered-error.ts';
import type { SubgraphContext } from './context.ts';
import { type Log, loggedFault } from './log.ts';

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
    plugins: [...SILENT, logFaults],
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
    // Its texts can hold anything; faults are logged by `logFaults`.
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

const logFaults: ApolloServerPlugin<RequestScope> = {
  async requestDidStart() {
    return {
      async didEncounterErrors({ errors, contextValue }) {
        for (const error of errors) {
          if (!isFault(error.extensions['code'])) continue;
          contextValue.log.error(
            { path: error.path, fault: loggedFault(error.originalError ?? error) },
            'a fault of the subgraph',
          );
        }
      },
    };
  },
};

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
