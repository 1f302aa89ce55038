/**
 * Gives each selection of a `@requires` or `@fromContext` that can have arguments a field of its own without any.
 *
 * @apollo/query-planner 2.14.4 merges selections by their response name: `price(currency: "EUR")`, which one subgraph
 * requires, and `price(currency: "USD")`, which the client or another field asks for, become whichever came first, and a
 * field is computed from the wrong value without anybody noticing. Two fields are never merged. The stand-in is put back into
 * what it stands for in the text of each fetch (gateway/plan/stand-ins.ts); neither clients nor subgraphs see it.
 */
import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  Kind,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  type StringValueNode,
} from 'graphql';
import type { JoinNames } from './join-names.ts';
import {
  isOutputDefinition,
  type OutputDefinition,
  outputDefinitions,
  subgraphNames,
  typeNameOf,
  typesWithContext,
} from './output-definitions.ts';

export interface ArgumentFree extends JoinNames {
  /** What the planner is given. */
  readonly document: DocumentNode;
}

export function argumentFree(document: DocumentNode): ArgumentFree {
  const rewriter = new Rewriter(document);
  const rewritten = outputs(document, (definition) => rewriter.withInputs(definition));
  const { inputs, standIns, needs, keys } = rewriter;
  const names = { inputs, standIns, needs, keys };
  if (standIns.size === 0) return { document, ...names };
  return { document: outputs(rewritten, (definition) => rewriter.withStandIns(definition)), ...names };
}

function outputs(
  document: DocumentNode,
  map: (definition: OutputDefinition) => OutputDefinition,
): DocumentNode {
  const definitions = document.definitions.map((each) => (isOutputDefinition(each) ? map(each) : each));
  return { ...document, definitions };
}

class Rewriter {
  readonly inputs = new Set<string>();
  readonly standIns = new Map<string, Pick<FieldNode, 'name' | 'arguments'>>();
  readonly needs = new Map<string, SelectionSetNode>();
  readonly keys = new Map<string, SelectionSetNode[]>();
  readonly #document: DocumentNode;
  readonly #types: ReadonlyMap<string, OutputDefinition>;
  readonly #subgraphs: ReadonlyMap<string, string>;
  readonly #infix: string;
  /** Stand-ins by what they stand for. */
  readonly #byText = new Map<string, string>();
  /** Original fields by stand-in, for each type that gets it. */
  readonly #byType = new Map<string, Map<string, string>>();

  constructor(document: DocumentNode) {
    this.#document = document;
    this.#types = outputDefinitions(document);
    this.#subgraphs = subgraphNames(document);
    this.#infix = unusedInfix(this.#types.values());
  }

  /** With the stand-ins in its `@requires`. */
  withInputs(definition: OutputDefinition): OutputDefinition {
    const type = definition.name.value;
    for (const directive of definition.directives ?? []) {
      const key = stringOf(directive, 'key');
      if (key !== undefined) this.#addKey(`${this.#subgraphOf(directive)}:${type}`, key, type);
    }
    const fields = definition.fields?.map((field) => ({
      ...field,
      directives: (field.directives ?? []).map((directive) => this.#withInputs(directive, type, field)),
    }));
    return { ...definition, ...(fields && { fields }) };
  }

  /** With the stand-ins among its fields: in the same subgraphs as what they stand for, and nothing else about them. */
  withStandIns(definition: OutputDefinition): OutputDefinition {
    const added = [...(this.#byType.get(definition.name.value) ?? [])].flatMap(([standIn, original]) => {
      const field = definition.fields?.find(({ name }) => name.value === original);
      if (field === undefined) return [];
      const directives = (field.directives ?? []).filter((each) => graphOf(each) !== undefined);
      for (const subgraph of this.#subgraphs.values()) {
        const of = `${subgraph}:${definition.name.value}`;
        const needed = this.needs.get(`${of}.${original}`);
        if (needed !== undefined) this.needs.set(`${of}.${standIn}`, needed);
      }
      const { description: _text, arguments: _given, ...rest } = field;
      return [{ ...rest, name: { kind: Kind.NAME as const, value: standIn }, directives }];
    });
    return { ...definition, fields: [...(definition.fields ?? []), ...added] };
  }

  #addKey(of: string, fields: string, type: string): void {
    const key = this.#rewritten(selectionsOf(fields), [type]);
    this.keys.set(of, [...(this.keys.get(of) ?? []), key]);
  }

  #withInputs(node: ConstDirectiveNode, type: string, field: FieldDefinitionNode): ConstDirectiveNode {
    const subgraph = this.#subgraphOf(node);
    if (subgraph === undefined) return node;
    const given = (node.arguments ?? []).map((each) => {
      if (each.name.value === 'requires' && each.value.kind === Kind.STRING) {
        const needed = this.#rewritten(selectionsOf(each.value.value), [type]);
        this.needs.set(`${subgraph}:${type}.${field.name.value}`, needed);
        return { ...each, value: textOf(needed) };
      }
      if (each.name.value !== 'contextArguments' || each.value.kind !== Kind.LIST) return each;
      const values = each.value.values.map((value) => this.#contextArgument(value));
      return { ...each, value: { ...each.value, values } };
    });
    return { ...node, arguments: given };
  }

  /** One of the `contextArguments` of `@join__field`: `{ context:, name:, type:, selection: }`. */
  #contextArgument(value: ConstValueNode): ConstValueNode {
    if (value.kind !== Kind.OBJECT) return value;
    const text = (name: string) => {
      const found = value.fields.find((each) => each.name.value === name)?.value;
      return found?.kind === Kind.STRING ? found.value : '';
    };
    const types = typesWithContext(this.#document, text('context'));
    const selection = textOf(this.#rewritten(selectionsOf(text('selection')), types));
    const fields = value.fields.map((each) =>
      each.name.value === 'selection' ? { ...each, value: selection } : each,
    );
    return { ...value, fields };
  }

  #subgraphOf(node: ConstDirectiveNode): string | undefined {
    const graph = graphOf(node);
    return graph === undefined ? undefined : this.#subgraphs.get(graph);
  }

  #rewritten(set: SelectionSetNode, types: readonly string[]): SelectionSetNode {
    const selections = set.selections.map((node): SelectionNode => {
      if (node.kind === Kind.FRAGMENT_SPREAD) return node;
      if (node.kind === Kind.INLINE_FRAGMENT) {
        const within = node.typeCondition === undefined ? types : [node.typeCondition.name.value];
        return { ...node, selectionSet: this.#rewritten(node.selectionSet, within) };
      }
      return this.#field(node, types);
    });
    return { ...set, selections };
  }

  #field(node: FieldNode, types: readonly string[]): FieldNode {
    const definitions = types.flatMap(
      (type) => this.#types.get(type)?.fields?.filter(({ name }) => name.value === node.name.value) ?? [],
    );
    const returned = definitions.map(({ type }) => typeNameOf(type));
    const below = node.selectionSet && { selectionSet: this.#rewritten(node.selectionSet, returned) };
    if (definitions.every((definition) => (definition.arguments ?? []).length === 0)) {
      this.inputs.add(node.name.value);
      return { ...node, ...below };
    }
    const { arguments: _given, ...rest } = node;
    return { ...rest, ...below, name: { kind: Kind.NAME, value: this.#standInFor(node, types) } };
  }

  #standInFor({ name, arguments: given = [] }: FieldNode, types: readonly string[]): string {
    const text = print({ kind: Kind.FIELD, name, arguments: given });
    const standIn = this.#byText.get(text) ?? `${name.value}${this.#infix}${this.#byText.size + 1}`;
    this.#byText.set(text, standIn);
    this.standIns.set(standIn, { name, arguments: given });
    this.inputs.add(standIn);
    for (const each of this.#types.values()) {
      if (!types.some((type) => each.name.value === type || implementsType(each, type))) continue;
      const ofType = this.#byType.get(each.name.value) ?? new Map<string, string>();
      this.#byType.set(each.name.value, ofType.set(standIn, name.value));
    }
    return standIn;
  }
}

function implementsType({ interfaces = [] }: OutputDefinition, name: string): boolean {
  return interfaces.some((each) => each.name.value === name);
}

/** No field has it in its name, so that a name with it is a stand-in's. */
function unusedInfix(types: Iterable<OutputDefinition>): string {
  const names = [...types].flatMap(({ fields = [] }) => fields.map(({ name }) => name.value));
  let infix = '__given';
  while (names.some((name) => name.includes(infix))) infix = `_${infix}`;
  return infix;
}

/** An argument of a directive of the join spec, whatever name the directive goes by. */
function stringOf({ arguments: given = [] }: ConstDirectiveNode, name: string): string | undefined {
  const value = given.find((each) => each.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

/** The subgraph that a directive of the join spec is about. */
function graphOf({ arguments: given = [] }: ConstDirectiveNode): string | undefined {
  const value = given.find(({ name }) => name.value === 'graph')?.value;
  return value?.kind === Kind.ENUM ? value.value : undefined;
}

/** A field set may be written with or without its outer braces (federation spec, "FieldSet"). */
function selectionsOf(fields: string): SelectionSetNode {
  const text = fields.trim().startsWith('{') ? fields : `{${fields}}`;
  const [definition] = parse(text, { noLocation: true }).definitions;
  if (definition?.kind === Kind.OPERATION_DEFINITION) return definition.selectionSet;
  return { kind: Kind.SELECTION_SET, selections: [] };
}

function textOf(set: SelectionSetNode): StringValueNode {
  return { kind: Kind.STRING, value: print(set).replaceAll(/\s+/g, ' ') };
}
