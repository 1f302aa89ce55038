/** What one document states about the access to each of its elements. */
import { type ASTNode, type ConstDirectiveNode, type DocumentNode, Kind, valueFromASTUntyped } from 'graphql';
import type { AccessDirective, AccessNames } from './names.ts';

export interface Statement {
  readonly directive: AccessDirective;
  readonly node: ConstDirectiveNode;
}

export interface Declared {
  readonly coordinate: string;
  readonly kind: 'type' | 'field' | 'argument' | 'inputField' | 'enumValue';
  readonly node: ASTNode;
  /** Only referred to: another subgraph resolves it. */
  readonly isExternal: boolean;
  readonly statements: readonly Statement[];
}

/** By coordinate; a type and its extensions are one. */
export type Declarations = ReadonlyMap<string, Declared>;

interface Annotated {
  readonly name: { readonly value: string };
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
  readonly fields?: readonly Annotated[] | undefined;
  readonly arguments?: readonly Annotated[] | undefined;
  readonly values?: readonly Annotated[] | undefined;
}

export function declarationsOf(document: DocumentNode, names: AccessNames): Declarations {
  const roots = rootNames(document);
  const reading = { names, found: new Map<string, Declared>() };
  for (const definition of document.definitions) {
    if (!/Type(Definition|Extension)$/.test(definition.kind)) continue;
    const type = definition as Annotated & ASTNode;
    const name = roots.get(type.name.value) ?? type.name.value;
    const element = { coordinate: name, kind: 'type', isExternal: false } as const;
    const { isExternal } = add(reading, type, element);
    const ofInput = definition.kind.startsWith('InputObject');
    for (const field of type.fields ?? [])
      addField(reading, field, {
        coordinate: `${name}.${field.name.value}`,
        kind: ofInput ? 'inputField' : 'field',
        isExternal,
      });
    for (const value of type.values ?? [])
      add(reading, value, {
        coordinate: `${name}.${value.name.value}`,
        kind: 'enumValue',
        isExternal: false,
      });
  }
  return reading.found;
}

interface Reading {
  readonly names: AccessNames;
  readonly found: Map<string, Declared>;
}

type Placed = Pick<Declared, 'coordinate' | 'kind' | 'isExternal'>;

function addField(reading: Reading, field: Annotated, placed: Placed): void {
  const { isExternal } = add(reading, field, placed);
  for (const argument of field.arguments ?? []) {
    const coordinate = `${placed.coordinate}(${argument.name.value}:)`;
    add(reading, argument, { coordinate, kind: 'argument', isExternal });
  }
}

function add({ names, found }: Reading, node: Annotated, placed: Placed): Declared {
  const before = found.get(placed.coordinate);
  const stated = (node.directives ?? []).flatMap((each): readonly Statement[] => {
    const directive = names.directives.get(each.name.value);
    return directive === undefined ? [] : [{ directive, node: each }];
  });
  const isExternal = placed.isExternal || stated.some(({ directive }) => directive === 'external');
  const declared: Declared = {
    ...placed,
    isExternal,
    node: before?.node ?? (node as Annotated & ASTNode),
    statements: [
      ...(before?.statements ?? []),
      ...stated.filter(({ directive }) => directive !== 'external'),
    ],
  };
  found.set(placed.coordinate, declared);
  return declared;
}

/** Composition gives the types that operations start from their usual names. */
function rootNames({ definitions }: DocumentNode): ReadonlyMap<string, string> {
  const usual = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const;
  const names = new Map<string, string>();
  for (const node of definitions) {
    if (node.kind !== Kind.SCHEMA_DEFINITION && node.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const { operation, type } of node.operationTypes ?? []) names.set(type.name.value, usual[operation]);
  }
  return names;
}

export function argumentOf({ node }: Statement, name: string): unknown {
  const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
  return value === undefined ? undefined : valueFromASTUntyped(value);
}
