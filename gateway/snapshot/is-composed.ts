/** The two kinds of sources: a supergraph as SDL, and a list of subgraphs to compose. */
import { extname } from 'node:path';

export function isComposed(file: string): boolean {
  return ['.graphql', '.graphqls', '.gql'].includes(extname(file));
}
