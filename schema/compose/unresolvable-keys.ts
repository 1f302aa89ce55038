/** Keys by which nobody can be entered: composition lets them pass as long as no query seems to need them. */
import { type ConstDirectiveNode, Kind, parse, print, type SelectionSetNode } from 'graphql';
import { adviceFor } from './advice.ts';
import { placeOf, type SubgraphSource } from './locate.ts';
import type { Place, Problem } from './problem.ts';

interface Key {
  readonly type: string;
  /** Its fields in one spelling. */
  readonly fields: string;
  readonly isResolvable: boolean;
  readonly subgraph: string;
  /** Whether its subgraph computes a field of the type from others (`@requires`), for which it is entered again. */
  readonly isReentered: boolean;
  readonly place: Place;
}

export function unresolvableKeys(subgraphs: readonly SubgraphSource[]): readonly Problem[] {
  const keys = subgraphs.flatMap((subgraph) => keysOf(subgraph, subgraphs));
  const never = grouped(keys, ({ type, fields }) => `${type} ${fields}`).map(([first, ...others]) => ({
    code: 'KEY_NEVER_RESOLVABLE',
    message: `no subgraph resolves the key "${first.fields}" of ${first.type}: nobody can be reached by it`,
    keys: [first, ...others] as const,
  }));
  const again = grouped(keys, ({ type, subgraph }) => `${type} ${subgraph}`)
    .filter(([{ isReentered }]) => isReentered)
    .map(([first, ...others]) => ({
      code: 'KEY_NOT_REENTERED',
      message: `${first.subgraph} computes a field of ${first.type} by @requires, but resolves no key of it to be given what that needs`,
      keys: [first, ...others] as const,
    }));
  return [...never, ...again].map(({ code, message, keys: [first, ...others] }) => ({
    severity: 'warning',
    code,
    message,
    places: [first.place, ...others.map(({ place }) => place)],
    advice: adviceFor(code),
  }));
}

type Group = readonly [Key, ...Key[]];

/** Keys that are alike, none of which can be resolved. */
function grouped(keys: readonly Key[], nameOf: (key: Key) => string): readonly Group[] {
  const groups = new Map<string, [Key, ...Key[]]>();
  for (const key of keys) {
    const group = groups.get(nameOf(key));
    if (group === undefined) groups.set(nameOf(key), [key]);
    else group.push(key);
  }
  return [...groups.values()].filter((group) => !group.some(({ isResolvable }) => isResolvable));
}

/** A type and its extensions are one declaration; all of it is looked at for each key. */
function keysOf(subgraph: SubgraphSource, subgraphs: readonly SubgraphSource[]): readonly Key[] {
  const outputs = subgraph.document.definitions.filter(
    (node) =>
      node.kind === Kind.OBJECT_TYPE_DEFINITION ||
      node.kind === Kind.OBJECT_TYPE_EXTENSION ||
      node.kind === Kind.INTERFACE_TYPE_DEFINITION ||
      node.kind === Kind.INTERFACE_TYPE_EXTENSION,
  );
  return outputs.flatMap(({ name, directives = [] }) =>
    directives
      .filter((directive) => isNamed(directive, 'key'))
      .flatMap((directive): readonly Key[] => {
        const place = placeOf(directive, subgraphs);
        const fields = argumentOf(directive, 'fields');
        if (place === undefined || fields?.kind !== Kind.STRING) return [];
        const resolvable = argumentOf(directive, 'resolvable');
        const members = outputs
          .filter((each) => each.name.value === name.value)
          .flatMap((each) => each.fields ?? []);
        return [
          {
            type: name.value,
            fields: inOneSpelling(fields.value),
            isResolvable: resolvable?.kind !== Kind.BOOLEAN || resolvable.value,
            subgraph: subgraph.name,
            isReentered: members.some((each) => each.directives?.some((one) => isNamed(one, 'requires'))),
            place,
          },
        ];
      }),
  );
}

function isNamed({ name }: ConstDirectiveNode, federation: string): boolean {
  return name.value === federation || name.value === `federation__${federation}`;
}

function argumentOf({ arguments: given = [] }: ConstDirectiveNode, name: string) {
  return given.find((argument) => argument.name.value === name)?.value;
}

function inOneSpelling(fields: string): string {
  const [definition] = parse(fields.trim().startsWith('{') ? fields : `{${fields}}`, {
    noLocation: true,
  }).definitions;
  return definition?.kind === Kind.OPERATION_DEFINITION ? spelled(definition.selectionSet) : fields;
}

function spelled({ selections }: SelectionSetNode): string {
  return selections
    .map((node) => {
      if (node.kind === Kind.FIELD && node.selectionSet)
        return `${node.name.value} { ${spelled(node.selectionSet)} }`;
      return print(node);
    })
    .sort()
    .join(' ');
}
