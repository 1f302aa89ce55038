import { describe, expect, it } from '@jest/globals';
import { credentialIn, isForServiceTokens } from './authorization.ts';
import { createServiceToken, hashOf, parseServiceToken, printServiceToken } from './token.ts';

const token = `pc_abcdef012345_${'x'.repeat(43)}`;
const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString('base64')}`;

describe('a service token', () => {
  it('is an id and 256 random bits, and read as it was written', () => {
    const made = Array.from({ length: 200 }, createServiceToken);
    expect(new Set(made.flatMap(({ id, secret }) => [id, secret])).size).toBe(400);
    for (const each of made) expect(parseServiceToken(printServiceToken(each))).toEqual(each);
    expect(Buffer.from(made[0]?.secret ?? '', 'base64url')).toHaveLength(32);
  });

  it.each([
    '',
    'pc_',
    token.slice(0, -1),
    `${token}x`,
    ` ${token}`,
    `${token}\n`,
    token.toUpperCase(),
    token.replace('pc_', 'PC_'),
    token.replace('abcdef', 'ABCDEF'),
    token.replace('abcdef', 'abcde'),
    token.replace('xx', 'x+'),
    token.replace('xx', 'x='),
    token.replace('xx', 'xé'),
  ])('is nothing else: %j', (text) => {
    expect(parseServiceToken(text)).toBeUndefined();
  });

  it('has one spelling, though another would stand for the same bytes', () => {
    const secret = `${'A'.repeat(42)}A`;
    const other = `${'A'.repeat(42)}B`;
    expect(Buffer.from(other, 'base64url')).toEqual(Buffer.from(secret, 'base64url'));
    expect(hashOf(other)).not.toEqual(hashOf(secret));
  });
});

describe('in the header', () => {
  it('it stands after Bearer, or as the password of Basic, whoever the user is', () => {
    expect(credentialIn(`Bearer ${token}`)).toBe(token);
    for (const user of ['', 'token', 'ann@example.org', 'Åse', 'x'.repeat(999)])
      expect(credentialIn(basic(`${user}:${token}`))).toBe(token);
    expect(credentialIn(basic(`ann:${token}:more`))).toBe(`${token}:more`);
  });

  it('it is told from a JWT by its first letters', () => {
    expect(isForServiceTokens(`Bearer ${token}`)).toBe(true);
    expect(isForServiceTokens(basic(`:${token}`))).toBe(true);
    for (const other of ['Bearer eyJ.a.b', `bearer ${token}`, `Bearer  ${token}`, 'Basic', 'Digest x', ''])
      expect(isForServiceTokens(other)).toBe(false);
  });

  it.each([
    ['no base64', 'Basic !!!'],
    ['base64 of another alphabet', basic(':??>>').replaceAll('/', '_').replaceAll('+', '-')],
    ['without its padding', basic('ann:x').replaceAll('=', '')],
    ['more than base64', `${basic('ann:xyz')} x`],
    ['no password', basic('ann')],
    ['nothing', 'Basic '],
    ['too long', basic(`${'x'.repeat(9000)}:${token}`)],
  ])('%s is refused', (_, header) => {
    expect(() => credentialIn(header)).toThrow(/^the /);
  });
});
