/** The supergraph as @apollo/federation-internals reads it: what the planner plans by. */
import { buildSchemaFromAST, Supergraph as FederatedSupergraph } from '@apollo/federation-internals';
import { type DocumentNode, parse } from 'graphql';
import { apiDocument } from './api-schema.ts';
import { inaccessibleIn } from './features.ts';
import { type Link, readLinks } from './links.ts';
import { resolvableKeysFirst } from './resolvable-keys-first.ts';
import { SupergraphError } from './supergraph.ts';
import { withoutRemarks } from './without-remarks.ts';

/**
 * Of a text that `readSupergraph` has read. It is not validated here once more, and what is linked has been judged: the
 * planner knows no access directives, and would refuse a supergraph that links them.
 * @throws SupergraphError
 */
export function federate(sdl: string): FederatedSupergraph {
  try {
    const document = parse(sdl, { noLocation: true });
    const links = readLinks(document);
    return build(withoutRemarks(document, links), links);
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new SupergraphError(`this is not a supergraph that can be planned for: ${text}`, { cause });
  }
}

function build(document: DocumentNode, links: ReadonlyMap<string, Link>): FederatedSupergraph {
  const federated = FederatedSupergraph.build(resolvableKeysFirst(document), {
    supportedFeatures: null,
    validateSupergraph: false,
  });
  // Ours, by which documents were validated, and not validated again: half of the time that a planner takes to be ready.
  const api = buildSchemaFromAST(apiDocument(document, links, inaccessibleIn(links)), { validate: false });
  api.assumeValid();
  federated.schema.toAPISchema = () => api;
  return federated;
}
