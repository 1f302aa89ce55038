/**
 * Small passes from a valid document to the one form of it that is decided, planned, keyed and sent. Their order matters:
 * inlining first, since the others know fields and inline fragments only; freezing last.
 */
import {
  type ConstArgumentNode,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type NamedTypeNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { ClientError } from '../errors.ts';
import { createOperation, type Operation } from '../program.ts';

export interface NormalizeLimits {
  readonly depth: number;
  /** Selections after inlining: a fragment spread many times costs as often. */
  readonly selections: number;
}

/**
 * Each can be a request of its own to each subgraph, where without it they would share one, and is told once for each object
 * on which it stands.
 */
const mostDeferred = 32;

/**
 * An alias is as long as its document, and stands in the path of everything below it: errors, `extensions.access` and the results
 * of deferred fragments tell whole paths. The largest operation has selections with 400 characters each.
 */
const mostPathCharacters = 1_000_000;

export function normalize(
  document: DocumentNode,
  definition: OperationDefinitionNode,
  limits: NormalizeLimits,
): Operation {
  const inlined = inlineFragments(document, definition, limits);
  return createOperation(withDeferIds(withoutForeignDirectives(withoutLocations(inlined))));
}

/** GraphQL §2.8.2: an inline fragment means the same as a spread; its directives are those of the spread. */
function inlineFragments(
  document: DocumentNode,
  definition: OperationDefinitionNode,
  limits: NormalizeLimits,
): OperationDefinitionNode {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of document.definitions) {
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  }
  const inliner = new Inliner(fragments, limits);
  return { ...definition, selectionSet: inliner.selectionSet(definition.selectionSet, 1, 0) };
}

class Inliner {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #limits: NormalizeLimits;
  #selections = 0;
  #pathCharacters = 0;

  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>, limits: NormalizeLimits) {
    this.#fragments = fragments;
    this.#limits = limits;
  }

  /** `depth` counts fields from the root, `path` the characters of their response names; fragments add none. */
  selectionSet(set: SelectionSetNode, depth: number, path: number): SelectionSetNode {
    if (depth > this.#limits.depth) {
      throw new ClientError(
        'DEPTH_LIMIT',
        `the operation selects fields more than ${this.#limits.depth} levels deep`,
      );
    }
    return {
      kind: Kind.SELECTION_SET,
      selections: set.selections.map((each) => this.#selection(each, depth, path)),
    };
  }

  #selection(node: SelectionNode, depth: number, path: number): SelectionNode {
    this.#selections += 1;
    if (this.#selections > this.#limits.selections) {
      throw new ClientError(
        'COST_LIMIT',
        `the operation has more than ${this.#limits.selections} selections`,
      );
    }
    switch (node.kind) {
      case Kind.FIELD: {
        const here = path + (node.alias ?? node.name).value.length;
        this.#tell(here);
        return node.selectionSet === undefined
          ? node
          : { ...node, selectionSet: this.selectionSet(node.selectionSet, depth + 1, here) };
      }
      case Kind.INLINE_FRAGMENT:
        return { ...node, selectionSet: this.selectionSet(node.selectionSet, depth, path) };
      case Kind.FRAGMENT_SPREAD: {
        const fragment = this.#fragments.get(node.name.value);
        if (fragment === undefined) throw new TypeError('validation let an unknown fragment pass');
        return inlineFragment(
          fragment.typeCondition,
          node.directives,
          this.selectionSet(fragment.selectionSet, depth, path),
        );
      }
    }
  }

  /** Every selection has a path of its own, also where another one has the same. */
  #tell(path: number): void {
    this.#pathCharacters += path;
    if (this.#pathCharacters > mostPathCharacters) {
      const message = `the response paths of the operation have more than ${mostPathCharacters} characters together; use shorter aliases`;
      throw new ClientError('COST_LIMIT', message);
    }
  }
}

function inlineFragment(
  typeCondition: NamedTypeNode,
  directives: readonly DirectiveNode[] = [],
  selectionSet: SelectionSetNode,
): SelectionNode {
  return { kind: Kind.INLINE_FRAGMENT, typeCondition, directives, selectionSet };
}

/** Two documents that differ in white space alone are one operation; what stays cached holds no source text. */
function withoutLocations(definition: OperationDefinitionNode): OperationDefinitionNode {
  return visit(definition, {
    enter(node) {
      if (node.loc === undefined) return undefined;
      const { loc: _location, ...rest } = node;
      return rest;
    },
  });
}

const means: ReadonlySet<string> = new Set(['skip', 'include', 'defer']);

/** These alone mean something here; what else a schema may allow goes to no subgraph. */
function withoutForeignDirectives(definition: OperationDefinitionNode): OperationDefinitionNode {
  return visit(definition, {
    Directive: { enter: (node) => (means.has(node.name.value) ? undefined : null) },
  });
}

/** A fragment that is spread twice is two: each is known by an id, however the operation is rewritten. */
function withDeferIds(definition: OperationDefinitionNode): OperationDefinitionNode {
  let count = 0;
  return visit(definition, {
    Directive: {
      enter(node) {
        if (node.name.value !== 'defer') return undefined;
        count += 1;
        if (count > mostDeferred)
          throw new ClientError('COST_LIMIT', `the operation defers more than ${mostDeferred} fragments`);
        return { ...node, arguments: [...(node.arguments ?? []), idArgument(String(count))] };
      },
    },
  });
}

function idArgument(value: string): ConstArgumentNode {
  return {
    kind: Kind.ARGUMENT,
    name: { kind: Kind.NAME, value: 'id' },
    value: { kind: Kind.STRING, value },
  };
}
