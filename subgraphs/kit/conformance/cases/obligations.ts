/** Obligations that cannot be understood: whoever carries out only what it knows shows what it should hide. */
import { deflateRawSync } from 'node:zlib';
import { tokenOf } from '../forge.ts';
import { bad, fine, type TokenCase } from '../token-case.ts';

const READ =
  'Read tctx.obligations to the letter, before anything runs, and refuse the token where any of it is unknown or malformed.';

const condition = { field: 'id', op: '=', value: 'x' };
const rows = (...conditions: readonly unknown[]) => ({ rows: { Anything: conditions } });

const deflated = (obligations: unknown) => deflateRawSync(JSON.stringify(obligations)).toString('base64url');

const malformed: readonly (readonly [id: string, what: string, obligations: unknown])[] = [
  ['null', 'obligations that are null', null],
  ['text', 'obligations that are a text', '{}'],
  ['deflated-beside', 'compressed obligations and others beside', { deflated: deflated({}), rows: {} }],
  [
    'deflated-twice',
    'obligations that are compressed twice',
    { deflated: deflated({ deflated: deflated({}) }) },
  ],
  ['deflated-nothing', 'compressed obligations that are no such stream', { deflated: 'AAAA' }],
  ['deflated-unknown', 'a compressed obligation that nobody knows', { deflated: deflated({ masks: {} }) }],
  ['unknown-member', 'an obligation that nobody knows', { masks: {} }],
  ['rows-null', 'rows that are null', { rows: null }],
  ['rows-list', 'rows that are a list', { rows: [] }],
  ['rows-no-list', 'a condition outside a list', { rows: { Anything: condition } }],
  ['condition-operator', 'a condition with an unknown operator', rows({ ...condition, op: '!=' })],
  [
    'condition-operator-own',
    'an operator that is the name of a method',
    rows({ ...condition, op: 'toString' }),
  ],
  ['condition-no-operator', 'a condition without an operator', rows({ field: 'id', value: 'x' })],
  ['condition-member', 'a condition with a member that nobody knows', rows({ ...condition, or: true })],
  ['condition-no-field', 'a condition without a field', rows({ op: '=', value: 'x' })],
  ['condition-empty-field', 'a condition on an empty field', rows({ ...condition, field: '' })],
  ['condition-no-value', 'a condition without a value', rows({ field: 'id', op: '=' })],
  ['condition-null', 'a condition with null', rows({ ...condition, value: null })],
  ['condition-boolean', 'a condition with true', rows({ ...condition, value: true })],
  ['condition-fraction', 'a condition with a fraction', rows({ ...condition, value: 0.5 })],
  ['condition-large', 'a condition beyond 2^53', rows({ ...condition, value: 2 ** 53 })],
  ['condition-equals-list', 'a list for =', rows({ ...condition, value: ['x'] })],
  ['condition-in-value', 'one value for in', rows({ ...condition, op: 'in' })],
  ['condition-in-numbers', 'numbers for in', rows({ ...condition, op: 'in', value: [1] })],
  [
    'condition-second',
    'a malformed condition behind a good one',
    rows(condition, { ...condition, op: '<>' }),
  ],
  ['groups-text', 'a minimum that is a text', { groups: { Anything: { id: '25' } } }],
  ['groups-zero', 'a minimum of none', { groups: { Anything: { id: 0 } } }],
  ['groups-fraction', 'a minimum with a fraction', { groups: { Anything: { id: 1.5 } } }],
  ['groups-number', 'a minimum without a field', { groups: { Anything: 25 } }],
  ['denied-use', 'a use that nobody knows', { denied: { Anything: { write: '*' } } }],
  ['denied-text', 'a field that is denied outside a list', { denied: { Anything: 'id' } }],
  ['denied-numbers', 'numbers among denied fields', { denied: { Anything: ['id', 1] } }],
  ['denied-null', 'denied fields that are null', { denied: { Anything: null } }],
];

export const obligationCases: readonly TokenCase[] = malformed.map(([id, what, obligations]) =>
  bad(`obligations.${id}`, `a token with ${what}`, READ, (forge) =>
    tokenOf(forge, { context: { obligations } }),
  ),
);

const everything = {
  rows: {
    Play: [
      { field: 'country', op: '=', value: 'DE' },
      { field: 'country', op: 'in', value: ['DE', 'FR'] },
      { field: 'seconds', op: '<=', value: 7 },
      { field: 'startedAt', op: '>=', value: '2026-01-01T00:00:00Z' },
    ],
    Title: [{ field: 'id', op: 'in', value: [] }],
    Season: [],
  },
  groups: { Play: { id: 25, city: 100 } },
  denied: { Play: { read: ['city'], filter: '*' }, Title: '*', Season: ['number'] },
};

/** What a subgraph that carries out everything has to take; others refuse it, and so it is for vectors alone. */
export const wholeGrammar: readonly TokenCase[] = [
  fine(
    'obligations.everything',
    'a token with every kind of obligation, where the subgraph carries out all of them',
    READ,
    (forge) => tokenOf(forge, { context: { obligations: everything } }),
  ),
  fine(
    'obligations.deflated',
    'a token with the same obligations compressed, where the subgraph carries out all of them',
    READ,
    (forge) => tokenOf(forge, { context: { obligations: { deflated: deflated(everything) } } }),
  ),
];
