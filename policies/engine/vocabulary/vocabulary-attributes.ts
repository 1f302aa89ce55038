/** The attributes of a principal that the vocabulary declares. */
import { didYouMean } from '../read/did-you-mean.ts';
import type { Located, StrictYaml } from '../read/strict-yaml.ts';

export type AttributeType =
  | { readonly type: 'Long'; readonly default: number; readonly description: string }
  | { readonly type: 'String'; readonly default: string; readonly description: string }
  /** `none`, which is not among the values, stands for whoever has no value. */
  | { readonly type: 'enum'; readonly values: readonly string[]; readonly description: string }
  /** Of strings, empty by default; `values` undefined: any. */
  | { readonly type: 'set'; readonly values: readonly string[] | undefined; readonly description: string };

/** What an enum attribute or the purpose of a principal is that has none. */
export const none = 'none';

const types = ['Long', 'String', 'enum', 'set'] as const;

const taken: ReadonlySet<string> = new Set(['kind', 'purpose', 'roles', 'teams', 'scopes']);
const cedarWords: ReadonlySet<string> = new Set([
  'true',
  'false',
  'if',
  'then',
  'else',
  'in',
  'is',
  'like',
  'has',
]);

/** Types of the Cedar schema: an enum attribute has one of its own, named like it. */
const cedarTypes: ReadonlySet<string> = new Set(
  [
    'Action, Bool, Boolean, Classification, Context, DataProduct, Domain, Entity, Extension, Field, Kind, Long',
    'Policy, Principal, Purpose, Record, Role, Scope, Set, String, Tag, Team, Type, Zone',
  ].flatMap((names) => names.split(', ')),
);

/** The name of the Cedar type of an enum attribute. */
export function enumTypeOf(attribute: string): string {
  return attribute.charAt(0).toUpperCase() + attribute.slice(1);
}

export function readAttributes(
  yaml: StrictYaml,
  at: Located | undefined,
): ReadonlyMap<string, AttributeType> {
  const attributes = new Map<string, AttributeType>();
  for (const [name, entry] of at === undefined ? [] : yaml.mapping(at)) {
    assertFree(yaml, name, entry, attributes);
    const type = readAttribute(yaml, entry);
    if (type !== undefined) attributes.set(name, Object.freeze(type));
  }
  return attributes;
}

function assertFree(
  yaml: StrictYaml,
  name: string,
  { line, path }: Located,
  others: ReadonlyMap<string, AttributeType>,
): void {
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name) || cedarWords.has(name)) {
    yaml.fault(
      line,
      `${path} is no name for an attribute`,
      'use letters, digits and `_`, and no word of Cedar',
    );
  } else if (taken.has(name)) {
    yaml.fault(line, `every principal has \`${name}\``, 'leave it out, or take another name');
  } else if (cedarTypes.has(enumTypeOf(name))) {
    yaml.fault(line, `\`${enumTypeOf(name)}\` is a type of the rules' schema`, 'take another name');
  } else if ([...others.keys()].some((other) => enumTypeOf(other) === enumTypeOf(name))) {
    yaml.fault(
      line,
      `${path} differs from another attribute in its first letter's case only`,
      'take another name',
    );
  }
}

function readAttribute(yaml: StrictYaml, entry: Located): AttributeType | undefined {
  const parts = yaml.mapping(entry, ['type', 'default', 'values', 'description']);
  const type = types.find((each) => each === scalarOf(yaml, parts.get('type')));
  const description = parts.get('description');
  if (description === undefined) {
    yaml.fault(
      entry.line,
      `${entry.path} has no description`,
      'write one, so that rules use it as it is meant',
    );
  }
  const text = description === undefined ? undefined : yaml.text(description);
  if (type === undefined) {
    const { line } = parts.get('type') ?? entry;
    yaml.fault(
      line,
      `${entry.path} has no type`,
      didYouMean(String(scalarOf(yaml, parts.get('type')) ?? ''), types),
    );
    return undefined;
  }
  return text === undefined ? undefined : typeOf(yaml, { entry, type, parts, text });
}

interface Parts {
  readonly entry: Located;
  readonly type: (typeof types)[number];
  readonly parts: ReadonlyMap<string, Located>;
  readonly text: string;
}

function typeOf(yaml: StrictYaml, { entry, type, parts, text }: Parts): AttributeType | undefined {
  const values = readValues(yaml, parts.get('values'));
  const fallback = parts.get('default');
  const given = scalarOf(yaml, fallback);
  const refuse = (at: Located, what: string, advice: string): undefined => {
    yaml.fault(at.line, `${entry.path} ${what}`, advice);
  };
  const noValues = parts.get('values');
  const sort = type === 'Long' || type === 'String';
  if (sort && noValues !== undefined)
    return refuse(noValues, 'can have any value', 'leave `values` out, or say `type: enum`');
  if (!sort && fallback !== undefined) return refuse(fallback, 'has a fixed default', 'leave `default` out');
  switch (type) {
    case 'Long': {
      const value = fallback === undefined ? 0 : given;
      if (typeof value === 'number' && Number.isSafeInteger(value))
        return { type, default: value, description: text };
      return refuse(fallback ?? entry, 'has no whole number as its default', 'write one, such as 0');
    }
    case 'String': {
      const value = fallback === undefined ? '' : given;
      if (typeof value === 'string') return { type, default: value, description: text };
      return refuse(fallback ?? entry, 'has no string as its default', 'write it in quotes');
    }
    case 'enum':
      if (values === undefined || values.length === 0)
        return refuse(entry, 'has no values', 'list them: `values: [a, b]`');
      if (values.includes(none))
        return refuse(entry, `lists \`${none}\``, 'leave it out: it stands for no value');
      return { type, values, description: text };
    case 'set':
      if (values?.length === 0)
        return refuse(entry, 'can never have a value', 'list some, or leave `values` out');
      return { type, values, description: text };
  }
}

function readValues(yaml: StrictYaml, at: Located | undefined): readonly string[] | undefined {
  if (at === undefined) return undefined;
  const values: string[] = [];
  for (const item of yaml.list(at)) {
    const value = yaml.scalar(item);
    if (typeof value !== 'string' || value === '')
      yaml.fault(item.line, `${item.path} is no string`, 'write it in quotes');
    else if (values.includes(value))
      yaml.fault(item.line, `${at.path} names \`${value}\` twice`, 'leave one of them out');
    else values.push(value);
  }
  return Object.freeze(values);
}

function scalarOf(yaml: StrictYaml, at: Located | undefined): unknown {
  return at === undefined ? undefined : yaml.scalar(at);
}
