/** The stock engine: Apollo Server in front of Apollo Gateway, in this process. */
import type { ConformanceCase, Outcome } from './graph.ts';
import { outcomeOf } from './outcome.ts';

process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
const { ApolloGateway } = await import('@apollo/gateway');
const { ApolloServer } = await import('@apollo/server');

export interface Stock {
  ask(asked: ConformanceCase): Promise<Outcome>;
  close(): Promise<void>;
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

export async function startStock(supergraphSdl: string): Promise<Stock> {
  const gateway = new ApolloGateway({ supergraphSdl, logger: silent });
  const server = new ApolloServer({ gateway, logger: silent, stopOnTerminationSignals: false });
  await server.start();
  return {
    async ask({ query, variables }) {
      const { body } = await server.executeOperation({ query, variables: variables ?? {} });
      if (body.kind !== 'single') throw new Error('an answer in parts');
      return outcomeOf(body.singleResult);
    },
    close: () => server.stop(),
  };
}
