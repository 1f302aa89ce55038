/** The supergraph as @apollo/federation-internals reads it: what the planner plans by. */
import { buildSchemaFromAST, Supergraph as FederatedSupergraph } from '@apollo/federation-internals';
import { type DocumentNode, parse } from 'graphql';
import { apiDocument } from './api-schema.ts';
import { argumentFree } from './argument-free.ts';
import { inaccessibleIn } from './features.ts';
import type { JoinNames } from './join-names.ts';
import { readLinks } from './links.ts';
import { resolvableKeysFirst } from './resolvable-keys-first.ts';
import { SupergraphError } from './supergraph.ts';
import { asObjects, typelessInterfaces } from './typeless-interfaces.ts';
import { withoutRemarks } from './without-remarks.ts';

/**
 * Of a text that `readSupergraph` has read. It is not validated here once more, and what is linked has been judged: the
 * planner knows no access directives, and would refuse a supergraph that links them.
 * @throws SupergraphError
 */
export function federate(sdl: string): Planned {
  try {
    const document = parse(sdl, { noLocation: true });
    const links = readLinks(document);
    const bare = withoutRemarks(document, links);
    const { document: planned, ...joinNames } = argumentFree(bare);
    const typeless = typelessInterfaces(bare);
    const shown = apiDocument(bare, links, inaccessibleIn(links));
    const federated = build(asObjects(planned, typeless), asObjects(shown, typeless));
    return { federated, joinNames };
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new SupergraphError(`this is not a supergraph that can be planned for: ${text}`, { cause });
  }
}

/** What the planner reads: with stand-ins, so that nothing that is shown to anybody is made of it. */
export interface Planned {
  readonly federated: FederatedSupergraph;
  readonly joinNames: JoinNames;
}

function build(document: DocumentNode, shown: DocumentNode): FederatedSupergraph {
  const federated = FederatedSupergraph.build(resolvableKeysFirst(document), {
    supportedFeatures: null,
    validateSupergraph: false,
  });
  // Ours, by which documents were validated, and not validated again: half of the time that a planner takes to be ready.
  const api = buildSchemaFromAST(shown, { validate: false });
  api.assumeValid();
  federated.schema.toAPISchema = () => api;
  return federated;
}
