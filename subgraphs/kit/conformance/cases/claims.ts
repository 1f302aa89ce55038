/** Whether each claim is there, is of its type, and says what it has to. */
import { type Forge, tokenOf } from '../forge.ts';
import { bad, claims, fine, type TokenCase } from '../token-case.ts';

const REQUIRED = 'Refuse a token unless every claim is there, of its type and not empty.';
const ISSUER = 'Compare iss with the configured issuer as one text, letter by letter.';
const AUDIENCE =
  'Compare aud with the subgraph’s own name as one text: a list is refused, whatever is in it; so are parts of names.';

const names = ['iss', 'aud', 'iat', 'exp', 'txn', 'sub', 'scope', 'req_wl', 'tctx', 'rctx'] as const;
const texts = ['txn', 'sub', 'req_wl'] as const;

const missing = names.map((name) =>
  bad(
    `claim.${name}.missing`,
    `a token without ${name}`,
    REQUIRED,
    claims(() => ({ [name]: undefined })),
  ),
);
const empty = texts.map((name) =>
  bad(
    `claim.${name}.empty`,
    `an empty ${name}`,
    REQUIRED,
    claims(() => ({ [name]: '' })),
  ),
);
const listed = [...texts, 'scope', 'tctx', 'rctx', 'iat', 'exp'].map((name) =>
  bad(
    `claim.${name}.list`,
    `${name} as a list`,
    REQUIRED,
    claims(() => ({ [name]: ['x'] })),
  ),
);
const context = ['snapshot', 'purpose', 'obligations'].flatMap((name) => [
  bad(`claim.tctx.${name}.missing`, `tctx without ${name}`, REQUIRED, (forge) =>
    tokenOf(forge, { context: { [name]: undefined } }),
  ),
  bad(`claim.tctx.${name}.list`, `tctx with a list for ${name}`, REQUIRED, (forge) =>
    tokenOf(forge, { context: { [name]: ['x'] } }),
  ),
]);

const values: readonly TokenCase[] = [
  bad(
    'claim.scope.null',
    'scope null',
    REQUIRED,
    claims(() => ({ scope: null })),
  ),
  bad(
    'claim.sub.number',
    'sub as a number',
    REQUIRED,
    claims(() => ({ sub: 7 })),
  ),
  bad(
    'claim.rctx.client.missing',
    'rctx without client',
    REQUIRED,
    claims(() => ({ rctx: {} })),
  ),
  bad(
    'claim.rctx.client.number',
    'rctx with a number for client',
    REQUIRED,
    claims(() => ({ rctx: { client: 7 } })),
  ),
  bad(
    'issuer.other',
    'another issuer',
    ISSUER,
    claims(() => ({ iss: 'https://elsewhere.example' })),
  ),
  bad(
    'issuer.slash',
    'the issuer with a slash more',
    ISSUER,
    claims(({ issuer }) => ({ iss: `${issuer}/` })),
  ),
  bad(
    'issuer.prefix',
    'an issuer that begins like ours',
    ISSUER,
    claims(({ issuer }) => ({ iss: `${issuer}.example` })),
  ),
  bad(
    'issuer.list',
    'the issuer in a list',
    ISSUER,
    claims(({ issuer }) => ({ iss: [issuer] })),
  ),
  bad(
    'audience.other',
    'a token for another subgraph',
    AUDIENCE,
    claims(() => ({ aud: 'another-subgraph' })),
  ),
  bad(
    'audience.gateway',
    'a token for the gateway',
    AUDIENCE,
    claims(({ issuer }) => ({ aud: issuer })),
  ),
  bad(
    'audience.prefix',
    'an audience that begins like ours',
    AUDIENCE,
    claims((forge) => ({ aud: `${forge.audience}-2` })),
  ),
  bad(
    'audience.capitals',
    'our name in capitals',
    AUDIENCE,
    claims((forge) => ({ aud: forge.audience.toUpperCase() })),
  ),
  bad(
    'audience.everybody',
    'an audience of everybody',
    AUDIENCE,
    claims(() => ({ aud: '*' })),
  ),
  bad(
    'audience.list',
    'our name in a list',
    AUDIENCE,
    claims((forge) => ({ aud: [forge.audience] })),
  ),
  bad(
    'audience.list-others',
    'our name in a list with others',
    AUDIENCE,
    claims((forge) => ({ aud: [forge.audience, 'another-subgraph'] })),
  ),
  bad(
    'audience.list-empty',
    'an empty list',
    AUDIENCE,
    claims(() => ({ aud: [] })),
  ),
];

export const claimCases: readonly TokenCase[] = [...missing, ...empty, ...listed, ...context, ...values];

export const goodTokens: readonly TokenCase[] = [
  fine(
    'good.token',
    'a good token',
    'Let the subgraph trust the issuer and the keys that this check signs with, and be called by its name.',
    (forge) => tokenOf(forge),
  ),
  fine(
    'good.anonymous',
    'a token of an anonymous caller',
    'Take sub and req_wl "anonymous", an empty scope and a client that is null: nobody in particular asks.',
    claims(() => ({ sub: 'anonymous', scope: '', req_wl: 'anonymous', rctx: { client: null } })),
  ),
  fine(
    'good.unknown-claim',
    'a token with a claim that nobody knows',
    'Ignore claims that the protocol does not name; only within obligations is the unknown refused.',
    claims(() => ({ jti: 'x', extra: { nested: true } })),
  ),
  fine(
    'good.unknown-context',
    'a token with a member of tctx and rctx that nobody knows',
    'Ignore members of tctx and rctx that the protocol does not name.',
    (forge: Forge) =>
      tokenOf(forge, { context: { region: 'x' }, claims: { rctx: { client: null, zone: 'corp' } } }),
  ),
  fine(
    'good.clock-ahead',
    'a token of a gateway whose clock is 4 s ahead',
    'Forgive five seconds of iat; set the clock of the subgraph by NTP.',
    claims(({ now }) => ({ iat: now + 4, exp: now + 34 })),
  ),
  fine(
    'good.old',
    'a token that is 20 s old',
    'Take a token until its exp: the gateway uses it again.',
    claims(({ now }) => ({ iat: now - 20, exp: now + 10 })),
  ),
];
