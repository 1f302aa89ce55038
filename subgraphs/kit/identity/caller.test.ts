import { describe, expect, it } from '@jest/globals';
import { readCaller } from './caller.ts';

const caller = {
  kind: 'human',
  roles: ['editor'],
  teams: [],
  attributes: { region: 'EMEA', clearance: 2, markets: ['de', 'fr'] },
};

describe('what is told of a caller', () => {
  it('is read, its attributes by name', () => {
    expect(readCaller(caller)).toEqual({ ...caller, attributes: new Map(Object.entries(caller.attributes)) });
    expect(
      readCaller({ ...caller, attributes: JSON.parse('{"__proto__": "x"}') })?.attributes.get('__proto__'),
    ).toBe('x');
  });

  it.each([
    ['nothing', null],
    ['a list', [caller]],
    ['no kind', { ...caller, kind: undefined }],
    ['roles that are a text', { ...caller, roles: 'editor' }],
    ['numbers among the teams', { ...caller, teams: [1] }],
    ['an attribute that is a fraction', { ...caller, attributes: { clearance: 1.5 } }],
    ['an attribute that is an object', { ...caller, attributes: { region: {} } }],
    ['no attributes', { ...caller, attributes: undefined }],
  ])('is nothing where it is %s', (_, given) => {
    expect(readCaller(given)).toBeUndefined();
  });
});
