/**
 * The four subgraphs of the benchmark, in memory, in one process of their own: their work is not the gateway's.
 * An answer is made once for each request body and then given from memory, so that they leave the processor to the gateways.
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type DocumentNode, execute, type GraphQLSchema, parse } from 'graphql';
import { resolvers } from './data.ts';

/** Of each subgraph; requests that never come again must not fill the memory. */
const mostAnswers = 2_000;

process.on('disconnect', () => process.exit());

for (const [name, resolve] of Object.entries(resolvers)) {
  const typeDefs = parse(readFileSync(join(import.meta.dirname, `${name}.graphql`), 'utf8'));
  serve(name, buildSubgraphSchema({ typeDefs, resolvers: resolve }));
}

function serve(name: string, schema: GraphQLSchema): void {
  const answers = new Map<string, Buffer>();
  const documents = new Map<string, DocumentNode>();

  async function answer(text: string): Promise<Buffer> {
    const known = answers.get(text);
    if (known !== undefined) return known;
    const { query, variables } = JSON.parse(text);
    const document = documents.get(query) ?? parse(query);
    const made = Buffer.from(JSON.stringify(await execute({ schema, document, variableValues: variables })));
    if (answers.size >= mostAnswers) answers.clear();
    if (documents.size >= mostAnswers) documents.clear();
    documents.set(query, document);
    answers.set(text, made);
    return made;
  }

  const server = createServer((request, response) => {
    void textOf(request)
      .then(answer)
      .then((body) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
        response.end(body);
      });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    process.send?.({ name, port: typeof address === 'object' ? address?.port : undefined });
  });
}

function textOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () =>
      resolve((chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))?.toString() ?? ''),
    );
    request.on('error', reject);
  });
}
