/** Whether there is one token, and nothing but a token. */
import { type Forge, tokenOf } from '../forge.ts';
import { bad, type TokenCase } from '../token-case.ts';

const ONE =
  'Read the header Txn-Token before anything else, and answer 401 unless it is there once and is one JWT.';

export const presence: readonly TokenCase[] = [
  bad('token.missing', 'a request without a token', ONE, () => []),
  bad('token.empty', 'an empty token', ONE, () => ''),
  bad('token.garbage', 'what is no JWT', ONE, () => 'let me in'),
  bad('token.garbage-parts', 'three parts that are no JSON', ONE, () => 'bm90.anNvbg.AAAA'),
  bad('token.twice', 'the same good token sent twice', ONE, (forge) => [tokenOf(forge), tokenOf(forge)]),
  bad('token.two', 'a good token beside another', ONE, (forge) => [
    tokenOf(forge),
    tokenOf(forge, { claims: { sub: 'somebody else' } }),
  ]),
  bad(
    'token.list',
    'two tokens in one header',
    ONE,
    (forge: Forge) => `${tokenOf(forge)}, ${tokenOf(forge)}`,
  ),
  bad('token.scheme', 'a token behind "Bearer"', ONE, (forge) => `Bearer ${tokenOf(forge)}`),
];
