/** Directives that say something about access, by the names that one document gives them. */
import type { DocumentNode } from 'graphql';
import { type Link, readLinks, readSubgraphLinks } from '../../supergraph/links.ts';

const apollo = 'https://specs.apollo.dev';
const portcullis = 'https://portcullis.dev/spec';

const ofFederation = [
  'authenticated',
  'requiresScopes',
  'policy',
  'tag',
  'inaccessible',
  'external',
] as const;
const ofPortcullis = ['uses', 'usesNothing', 'carrier', 'product', 'declassify'] as const;

export type AccessDirective = (typeof ofFederation)[number] | (typeof ofPortcullis)[number];

export interface AccessNames {
  /** By the name in the document. */
  readonly directives: ReadonlyMap<string, AccessDirective>;
  readonly links: readonly Link[];
}

/** A subgraph has federation's directives by its link to federation, or by one to the spec of the directive itself. */
export function namesInSubgraph(document: DocumentNode): AccessNames {
  const links = readSubgraphLinks(document);
  const federation = links.get(`${apollo}/federation`);
  const directives = new Map<string, AccessDirective>();
  for (const directive of ofFederation) {
    for (const link of [federation, links.get(`${apollo}/${directive}`)])
      if (link !== undefined) directives.set(link.directive(directive), directive);
  }
  // Federation 1, which knows no links.
  if (federation === undefined)
    for (const directive of ['tag', 'inaccessible', 'external'] as const)
      directives.set(directive, directive);
  addOurs(directives, links);
  return { directives, links: [...links.values()] };
}

export function namesInSupergraph(document: DocumentNode): AccessNames {
  const links = readLinks(document);
  const directives = new Map<string, AccessDirective>();
  for (const directive of ofFederation) {
    const link = links.get(`${apollo}/${directive}`);
    if (link !== undefined) directives.set(link.directive(directive), directive);
  }
  addOurs(directives, links);
  return { directives, links: [...links.values()] };
}

function addOurs(directives: Map<string, AccessDirective>, links: ReadonlyMap<string, Link>): void {
  const link = links.get(portcullis);
  if (link === undefined) return;
  for (const directive of ofPortcullis) directives.set(link.directive(directive), directive);
}
