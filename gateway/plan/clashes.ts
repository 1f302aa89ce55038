/**
 * Names on the way. The planner adds keys, inputs of other fields and `__typename` to what it fetches, and representations to
 * what it sends, and does not look whether the client means something else by these names: `{ product { id: slug } }`. What
 * could clash is called otherwise on the way, and by its own name again in the answer.
 */
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import {
  type DocumentNode,
  type FieldNode,
  isInterfaceType,
  isObjectType,
  Kind,
  type NameNode,
  visit,
} from 'graphql';
import { createOperation, type Operation } from '../program.ts';

/** How fields and variables are called on the way: by a rule, so that equal operations stay equal. */
export interface Names {
  /** The response name of a field in the replies of subgraphs. */
  inReply(field: FieldNode): string;
  /** Back to what the client calls it. */
  inAnswer(replyName: string): string;
}

export function namesOf(supergraph: Supergraph): Names {
  const known = memory.get(supergraph);
  if (known !== undefined) return known;
  const names = new AliasNames(supergraph);
  memory.set(supergraph, names);
  return names;
}

const memory = new WeakMap<Supergraph, Names>();

class AliasNames implements Names {
  readonly #fields = new Set<string>();
  /** No field ends with it. */
  readonly #suffix: string;

  constructor({ composed }: Supergraph) {
    for (const type of Object.values(composed.getTypeMap())) {
      if (!isObjectType(type) && !isInterfaceType(type)) continue;
      for (const name of Object.keys(type.getFields())) this.#fields.add(name);
    }
    let suffix = '_';
    while ([...this.#fields].some((name) => name.endsWith(suffix))) suffix += '_';
    this.#suffix = suffix;
  }

  inReply({ alias, name }: FieldNode): string {
    if (alias === undefined || alias.value === name.value) return name.value;
    return this.#isTaken(alias.value) ? alias.value + this.#suffix : alias.value;
  }

  inAnswer(replyName: string): string {
    return replyName.endsWith(this.#suffix) ? replyName.slice(0, -this.#suffix.length) : replyName;
  }

  /** By a field, by the planner, or by another alias that is called otherwise. */
  #isTaken(alias: string): boolean {
    return this.#fields.has(alias) || alias.includes('__') || alias.endsWith(this.#suffix);
  }
}

const ownPrefix = 'client_';

/** The planner has `$representations`, as requests made of several have, and `$contextualArgument_` for `@fromContext`. */
const takenPrefixes = ['representations', 'contextualArgument', ownPrefix];

function variableOnTheWay(name: string): string {
  return takenPrefixes.some((prefix) => name.startsWith(prefix)) ? ownPrefix + name : name;
}

export function clientVariable(name: string): string {
  return name.startsWith(ownPrefix) ? name.slice(ownPrefix.length) : name;
}

/** The operation as it is planned. */
export function withoutClashes(operation: Operation, names: Names): Operation {
  let isChanged = false;
  const renamed = <T extends { readonly name: NameNode }>(node: T, value: string): T => {
    isChanged = true;
    return { ...node, name: { kind: Kind.NAME, value } };
  };
  const document: DocumentNode = visit(operation.document, {
    Variable(node) {
      const value = variableOnTheWay(node.name.value);
      return value === node.name.value ? undefined : renamed(node, value);
    },
    Field(node) {
      const value = names.inReply(node);
      if (value === (node.alias ?? node.name).value) return undefined;
      isChanged = true;
      return { ...node, alias: { kind: Kind.NAME, value } };
    },
  });
  const [definition] = document.definitions;
  return isChanged && definition?.kind === Kind.OPERATION_DEFINITION
    ? createOperation(definition)
    : operation;
}
