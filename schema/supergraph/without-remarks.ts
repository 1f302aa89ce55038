/**
 * The supergraph without what the planner does not read: descriptions, and directives for other readers.
 * They are two thirds of a well kept graph, and the planner copies all that it is given several times over.
 */
import type { DefinitionNode, DirectiveNode, DocumentNode } from 'graphql';
import type { Link } from './links.ts';

const specsForOthers = [
  'https://specs.apollo.dev/tag',
  'https://specs.apollo.dev/authenticated',
  'https://specs.apollo.dev/requiresScopes',
  'https://specs.apollo.dev/policy',
  'https://portcullis.dev/spec',
];

export function withoutRemarks(document: DocumentNode, links: ReadonlyMap<string, Link>): DocumentNode {
  const forOthers = specsForOthers.flatMap((identity) => links.get(identity) ?? []);
  return { ...document, definitions: document.definitions.map((node) => bare(node, forOthers)) };
}

/** A definition or an element of one. */
interface Remarkable {
  readonly directives?: readonly DirectiveNode[] | undefined;
  readonly fields?: readonly Remarkable[] | undefined;
  readonly arguments?: readonly Remarkable[] | undefined;
  readonly values?: readonly Remarkable[] | undefined;
}

function bare<Node extends Remarkable | DefinitionNode>(given: Node, forOthers: readonly Link[]): Node {
  const node: Remarkable = given as Remarkable;
  const elements = (each: readonly Remarkable[]) => each.map((element) => bare(element, forOthers));
  return {
    ...given,
    description: undefined,
    ...(node.directives && {
      directives: node.directives.filter(
        ({ name }) => !forOthers.some((link) => link.ownsDirective(name.value)),
      ),
    }),
    ...(node.fields && { fields: elements(node.fields) }),
    ...(node.arguments && { arguments: elements(node.arguments) }),
    ...(node.values && { values: elements(node.values) }),
  };
}
