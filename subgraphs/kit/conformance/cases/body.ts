/** Whether a token that is bound to a body is good for that body alone. */
import { digestOf, type Forge, tokenOf } from '../forge.ts';
import { bad, fine, type TokenCase } from '../token-case.ts';

/** With which every token of these cases is sent, to the letter. */
export const typenameBody = JSON.stringify({ query: '{ __typename }' });

const BYTES =
  'Where tctx.body is there, compare it with the base64url of the SHA-256 of the body, as its bytes were received and before they are parsed.';
const WHOLE = 'Refuse a token with tctx.body unless that is 43 characters of base64url and jti is a text.';

function boundTo(forge: Forge, body: unknown, jti: unknown = forge.id): string {
  return tokenOf(forge, { context: { body }, claims: { jti } });
}

const other = digestOf(JSON.stringify({ query: '{ __schema { queryType { name } } }' }));
const own = digestOf(typenameBody);

export const bodies: readonly TokenCase[] = [
  fine('good.bound', 'a token that is bound to the body it came with', BYTES, (forge) => boundTo(forge, own)),
  bad('body.other', 'a token that is bound to another body', BYTES, (forge) => boundTo(forge, other)),
  bad('body.other-form', 'a token that is bound to the same JSON, written otherwise', BYTES, (forge) =>
    boundTo(forge, digestOf(JSON.stringify({ query: '{ __typename }' }, undefined, 1))),
  ),
  bad('body.empty', 'a token that is bound to an empty body', BYTES, (forge) => boundTo(forge, digestOf(''))),
  bad('body.hex', 'a token whose tctx.body is right, but for being in base16', WHOLE, (forge) =>
    boundTo(forge, Buffer.from(own, 'base64url').toString('hex')),
  ),
  bad('body.null', 'a token whose tctx.body is null', WHOLE, (forge) => boundTo(forge, null)),
  bad('body.list', 'a token whose tctx.body is a list', WHOLE, (forge) => boundTo(forge, [own])),
  bad('body.no-id', 'a token that is bound to its body and has no jti', WHOLE, (forge) =>
    tokenOf(forge, { context: { body: own }, claims: { jti: undefined } }),
  ),
  bad('body.id-number', 'one whose jti is a number', WHOLE, (forge) => boundTo(forge, own, 7)),
];
