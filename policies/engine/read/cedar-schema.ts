/** The Cedar schema of a bundle: what there is in the supergraph and in the vocabulary, as closed lists wherever it is one. */
import { actions } from '../action.ts';
import type { AccessModel } from '../model/model.ts';
import { none, type Vocabulary } from '../vocabulary/vocabulary.ts';
import { type AttributeType, enumTypeOf } from '../vocabulary/vocabulary-attributes.ts';
import { cedarString } from './cedar-text.ts';

const kinds = ['anonymous', 'human', 'service', 'bi'];

export interface CedarSchema {
  readonly text: string;
  /** Without `satisfy`: for rules that do not name it, since those are never asked whether a condition holds. */
  readonly ofFields: string;
}

/** Nothing is optional: a rule that stumbles over what is not there would be skipped, and a skipped forbid allows. */
export function cedarSchemaOf(vocabulary: Vocabulary, model: AccessModel): CedarSchema {
  const { classification, tags, purposes, roles, teams, attributes, zones } = vocabulary;
  const groups = { Team: [...teams.keys()], Role: [...roles.keys()], Scope: model.scopes };
  const holders = {
    Domain: [none, ...model.subgraphs.keys()],
    Tag: [...tags.keys()],
    Classification: classification,
  };
  const conditions = model.conditions.map(({ name }) => name);
  const attributeTypes = [...attributes].map(([name, type]) => `${name}: ${cedarTypeOf(name, type)}`);
  const ofFields = [
    ...Object.entries({
      ...groups,
      ...holders,
      Purpose: [none, ...purposes.keys()],
      Kind: kinds,
      Zone: zones,
    }).map(([name, values]) => enumType(name, values)),
    ...[...attributes].map(([name, type]) =>
      type.type === 'enum' ? enumType(enumTypeOf(name), [none, ...type.values]) : '',
    ),
    enumType('Policy', conditions),
    'entity DataProduct;',
    'entity Type;',
    `entity Field in [Field, Type, DataProduct, ${there(holders)}] { owner: Domain, level: Long };`,
    `entity Principal${within(groups)} { ${['kind: Kind', 'purpose: Purpose', ...attributeTypes].join(', ')} };`,
    'type Context = { zone: Zone, hour: Long, breakGlass: Bool };',
    `action ${actions.join(', ')} appliesTo { principal: [Principal], resource: [Field], context: Context };`,
  ]
    .filter((line) => line !== '')
    .join('\n');
  return { text: conditions.length === 0 ? ofFields : `${ofFields}\n${satisfy}`, ofFields };
}

const satisfy = 'action satisfy appliesTo { principal: [Principal], resource: [Policy], context: Context };';

/** Cedar knows no empty list: a type without values is left out, and whoever names it is told so. */
function enumType(name: string, values: readonly string[]): string {
  return values.length === 0 ? '' : `entity ${name} enum [${values.map(cedarString).join(', ')}];`;
}

function there(types: Readonly<Record<string, readonly string[]>>): string {
  return Object.keys(types)
    .filter((name) => (types[name]?.length ?? 0) > 0)
    .join(', ');
}

function within(types: Readonly<Record<string, readonly string[]>>): string {
  const names = there(types);
  return names === '' ? '' : ` in [${names}]`;
}

function cedarTypeOf(name: string, { type }: AttributeType): string {
  switch (type) {
    case 'Long':
    case 'String':
      return type;
    case 'enum':
      return enumTypeOf(name);
    case 'set':
      return 'Set<String>';
  }
}
