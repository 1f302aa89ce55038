/** What rules can read of a principal: its values as they are, defaults where it has none. */
import type { CedarValueJson, EntityJson } from '../cedar.ts';
import type { Decidable } from '../decidable.ts';
import type { Subject } from '../subject.ts';
import { type AttributeType, enumTypeOf, none } from './vocabulary-attributes.ts';

type Declared = Decidable['vocabulary']['attributes'];

export type AttributeValue = string | number | readonly string[];

/** `kind`, `purpose` and all that the vocabulary declares. */
export function attributeOf(declared: Declared, subject: Subject, name: string): AttributeValue {
  if (name === 'kind') return subject.kind;
  if (name === 'purpose') return subject.purpose;
  const type = declared.get(name);
  if (type === undefined) throw new Error(`no attribute of a principal is called ${JSON.stringify(name)}`);
  const value = subject.attributes.get(name);
  if (value === undefined) return defaultOf(type);
  if (!fits(type, value)) throw new Error(`the principal's ${JSON.stringify(name)} is not what is declared`);
  return Array.isArray(value) ? [...new Set(value)].sort() : value;
}

function defaultOf(type: AttributeType): AttributeValue {
  switch (type.type) {
    case 'Long':
    case 'String':
      return type.default;
    case 'enum':
      return none;
    case 'set':
      return [];
  }
}

/** Whether the value is one that the vocabulary declares. */
export function fits(type: AttributeType, value: AttributeValue): boolean {
  switch (type.type) {
    case 'Long':
      return typeof value === 'number' && Number.isSafeInteger(value);
    case 'String':
      return typeof value === 'string';
    case 'enum':
      return typeof value === 'string' && (value === none || type.values.includes(value));
    case 'set':
      return (
        Array.isArray(value) && value.every((each) => type.values?.includes(each) ?? typeof each === 'string')
      );
  }
}

export const principalName = Object.freeze({ type: 'Principal', id: 'caller' });

export function principalEntity(declared: Declared, subject: Subject): EntityJson {
  const parents = [
    ...[...subject.roles].map((id) => ({ type: 'Role', id })),
    ...[...subject.teams].map((id) => ({ type: 'Team', id })),
    ...[...subject.scopes].map((id) => ({ type: 'Scope', id })),
  ];
  const attrs: Record<string, CedarValueJson> = {
    kind: entity('Kind', subject.kind),
    purpose: entity('Purpose', subject.purpose),
  };
  for (const [name, type] of declared) {
    const value = attributeOf(declared, subject, name);
    attrs[name] =
      type.type === 'enum' && typeof value === 'string'
        ? entity(enumTypeOf(name), value)
        : typeof value === 'object'
          ? [...value]
          : value;
  }
  return { uid: { ...principalName }, attrs, parents };
}

function entity(type: string, id: string): CedarValueJson {
  return { __entity: { type, id } };
}
