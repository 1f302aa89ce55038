import { expect, it } from '@jest/globals';
import { moments, subject, vocabularyText } from '../fixture/media.ts';
import { declaredCircumstances, declaredSubject } from './declared.ts';
import { readVocabulary } from './vocabulary.ts';

const vocabulary = readVocabulary(vocabularyText);

it('what the vocabulary does not declare is dropped, as if nobody had said it', () => {
  const given = subject({
    kind: 'bi',
    purpose: 'idle_curiosity',
    roles: ['analyst', 'admin', '__proto__'],
    teams: ['billing', 'constructor'],
    scopes: ['anything'],
    attributes: { clearance: '3', region: 'MARS', markets: ['DK', 'NO'], tenant: 'x', toString: 'y' },
  });
  expect(declaredSubject(vocabulary, given)).toEqual(
    subject({
      kind: 'bi',
      roles: ['analyst'],
      teams: ['billing'],
      scopes: ['anything'],
      attributes: { markets: ['DK', 'NO'] },
    }),
  );
});

it('what it declares stays', () => {
  const given = subject({ purpose: 'fraud', attributes: { clearance: 3, region: 'EU' } });
  expect(declaredSubject(vocabulary, given)).toEqual(given);
});

it('what is in no zone is in the first one, which trusts least', () => {
  expect(declaredCircumstances(vocabulary, { ...moments.night, zone: '' })).toEqual({
    ...moments.night,
    zone: 'internet',
  });
  expect(declaredCircumstances(vocabulary, { ...moments.night, zone: 'moon' }).zone).toBe('internet');
  expect(declaredCircumstances(vocabulary, moments.night)).toEqual(moments.night);
});
