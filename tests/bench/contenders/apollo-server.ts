/** Apollo Server and Apollo Gateway as their documentation sets them up, with the caller's token handed on to the subgraphs. */
import { readFileSync } from 'node:fs';

process.on('disconnect', () => process.exit());
process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';

const { ApolloGateway, RemoteGraphQLDataSource } = await import('@apollo/gateway');
const { ApolloServer } = await import('@apollo/server');
const { startStandaloneServer } = await import('@apollo/server/standalone');

interface Context {
  readonly authorization?: string | undefined;
}

const [file = '', port = '0'] = process.argv.slice(2);
const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(file, 'utf8'),
  buildService: ({ url }) =>
    new RemoteGraphQLDataSource<Context>({
      ...(url !== undefined && { url }),
      willSendRequest({ request, context }) {
        if (context.authorization !== undefined)
          request.http?.headers.set('authorization', context.authorization);
      },
    }),
});
await startStandaloneServer(new ApolloServer<Context>({ gateway }), {
  listen: { host: '127.0.0.1', port: Number(port) },
  context: async ({ req }) => ({ authorization: req.headers.authorization }),
});
