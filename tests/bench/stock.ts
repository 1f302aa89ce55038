/** What we compare with: Apollo Server in front of Apollo Gateway, as their documentation sets them up. */
import { readFileSync } from 'node:fs';

process.on('disconnect', () => process.exit());
process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';

const { ApolloGateway } = await import('@apollo/gateway');
const { ApolloServer } = await import('@apollo/server');
const { startStandaloneServer } = await import('@apollo/server/standalone');

const [file = '', port = '0'] = process.argv.slice(2);
const gateway = new ApolloGateway({ supergraphSdl: readFileSync(file, 'utf8') });
await startStandaloneServer(new ApolloServer({ gateway }), {
  listen: { host: '127.0.0.1', port: Number(port) },
});
