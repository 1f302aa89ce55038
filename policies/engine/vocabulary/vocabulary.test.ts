import { describe, expect, it } from '@jest/globals';
import { BundleError, printProblem } from '../problem.ts';
import { readVocabulary } from './vocabulary.ts';

const good = `
classification: [public, internal, restricted]
tags:
  public: { classification: public, description: For anybody. }
  pii: { classification: restricted, description: Says who somebody is. }
purposes: { support: To help a customer. }
roles: { analyst: Counts. }
teams: {}
attributes:
  clearance: { type: Long, description: How much may be seen. }
  region: { type: enum, values: [EMEA, APAC], description: Where somebody works. }
  markets: { type: set, description: Which countries somebody sells in. }
  tenant: { type: String, default: "", description: Of which company. }
zones: [internet, corp]
`;

function faultsOf(text: string): readonly string[] {
  try {
    readVocabulary(text);
  } catch (error) {
    if (error instanceof BundleError) return error.problems.map(printProblem);
    throw error;
  }
  return [];
}

describe('the vocabulary', () => {
  it('is read with its defaults', () => {
    const vocabulary = readVocabulary(good);
    expect(vocabulary.classification).toEqual(['public', 'internal', 'restricted']);
    expect(vocabulary.tags.get('pii')).toEqual({
      classification: 'restricted',
      description: 'Says who somebody is.',
    });
    expect([...vocabulary.purposes]).toEqual([['support', 'To help a customer.']]);
    expect(vocabulary.attributes.get('clearance')).toMatchObject({ type: 'Long', default: 0 });
    expect(vocabulary.attributes.get('markets')).toMatchObject({ type: 'set', values: undefined });
    expect(vocabulary.zones).toEqual(['internet', 'corp']);
  });

  it('may do without purposes, roles, teams and attributes', () => {
    const vocabulary = readVocabulary('classification: [a]\ntags: {}\nzones: [z]\n');
    expect([vocabulary.purposes.size, vocabulary.roles.size, vocabulary.attributes.size]).toEqual([0, 0, 0]);
  });

  const planted: readonly (readonly [string, string, string, string])[] = [
    [
      'an unknown section',
      'teams: {}',
      'team: {}',
      ':8: error: unknown key `team` in the file; did you mean `teams`?',
    ],
    [
      'an unknown classification',
      'classification: restricted,',
      'classification: restrictd,',
      ':5: error: tags.pii has no classification of the list; did you mean `restricted`?',
    ],
    [
      'an unknown key of a tag',
      'description: Says',
      'descripton: Says',
      ':5: error: unknown key `descripton` in tags.pii; did you mean `description`?',
    ],
    [
      'a tag without description',
      ', description: For anybody.',
      '',
      ':4: error: tags.public has no description',
    ],
    ['a key written twice', 'roles:', 'purposes:', ':7: error: Map keys must be unique'],
    ['the purpose `none`', 'support:', 'none:', ':6: error: `none` is no purpose; leave it out'],
    ['no zone', '[internet, corp]', '[]', ':14: error: zones is empty; name at least one'],
    ['a zone twice', '[internet, corp]', '[corp, corp]', ':14: error: zones names `corp` twice'],
    ['a zone that is no string', '[internet, corp]', '[internet, 7]', ':14: error: zones[1] is no string'],
    ['an attribute that there is anyway', 'tenant:', 'roles:', ':13: error: every principal has `roles`'],
    ['an attribute named like a type', 'region:', 'domain:', ':11: error: `Domain` is a type'],
    [
      'an attribute that is no identifier',
      'region:',
      're-gion:',
      ':11: error: attributes.re-gion is no name',
    ],
    [
      'two attributes with one type',
      'clearance:',
      'Region:',
      ':11: error: attributes.region differs from another',
    ],
    [
      'an unknown type',
      'type: Long',
      'type: Lang',
      ':10: error: attributes.clearance has no type; did you mean `Long`?',
    ],
    [
      'a default of the wrong type',
      'default: ""',
      'default: 3',
      ':13: error: attributes.tenant has no string as its default',
    ],
    [
      'a whole number that is none',
      'type: Long,',
      'type: Long, default: 1.5,',
      ':10: error: attributes.clearance has no whole number',
    ],
    ['values of a string', 'default: ""', 'values: [a]', ':13: error: attributes.tenant can have any value'],
    [
      'a default of an enum',
      'values: [EMEA, APAC]',
      'values: [EMEA], default: EMEA',
      ':11: error: attributes.region has a fixed default',
    ],
    ['an enum without values', 'values: [EMEA, APAC], ', '', ':11: error: attributes.region has no values'],
    ['`none` among the values', '[EMEA, APAC]', '[EMEA, none]', ':11: error: attributes.region lists `none`'],
    [
      'a value twice',
      '[EMEA, APAC]',
      '[EMEA, EMEA]',
      ':11: error: attributes.region.values names `EMEA` twice',
    ],
    ['an alias', 'teams: {}', 'teams: *x', ':8: error: teams has to be a mapping'],
    ['what is no YAML', 'teams: {}', 'teams: {', 'error'],
    ['a name with a blank', 'analyst:', '"an analyst":', ':7: error: `an analyst` is no name'],
  ];
  it.each(planted)('refuses %s', (_, before, after, expected) => {
    expect(good).toContain(before);
    const faults = faultsOf(good.replace(before, after));
    expect(faults.filter((fault) => fault.includes(expected))).not.toEqual([]);
    expect(faults[0]).toMatch(/^global\/vocabulary\.yaml:\d+: error: .+; .+$/);
  });

  it('refuses a file without what it cannot do without, and tells all of it at once', () => {
    expect(faultsOf('roles: {}')).toEqual([
      'global/vocabulary.yaml:1: error: `classification` is missing; write it, see docs/policies.md',
      'global/vocabulary.yaml:1: error: `tags` is missing; write it, see docs/policies.md',
      'global/vocabulary.yaml:1: error: `zones` is missing; write it, see docs/policies.md',
    ]);
  });
});
