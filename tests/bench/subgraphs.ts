/** The four subgraphs of the benchmark, in memory, in one process of their own: their work is not the gateway's. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type DocumentNode, execute, type GraphQLSchema, parse } from 'graphql';
import { resolvers } from './data.ts';

process.on('disconnect', () => process.exit());

for (const [name, resolve] of Object.entries(resolvers)) {
  const typeDefs = parse(readFileSync(join(import.meta.dirname, 'fixture', `${name}.graphql`), 'utf8'));
  serve(name, buildSubgraphSchema({ typeDefs, resolvers: resolve }));
}

function serve(name: string, schema: GraphQLSchema): void {
  const documents = new Map<string, DocumentNode>();
  async function answer(request: IncomingMessage): Promise<string> {
    const { query, variables } = JSON.parse(await textOf(request));
    const document = documents.get(query) ?? parse(query);
    documents.set(query, document);
    return JSON.stringify(await execute({ schema, document, variableValues: variables }));
  }
  const server = createServer((request, response) => {
    void answer(request).then((body) => response.setHeader('content-type', 'application/json').end(body));
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => process.send?.({ name, address: server.address() }));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
