/** That there is no way past the token: other places for it, other methods, other operations. */

import type { Asked } from './ask.ts';
import { type Check, expecting, isNotExecuted, isRefused, type Subject, typename } from './check.ts';
import { type Forge, tokenOf } from './forge.ts';

const ONE_PLACE = 'Take the token from the header Txn-Token alone.';
const FIRST = 'Look at the token before the method, the path and the body, for every operation there is.';
const POST_ONLY = 'Answer POST with one operation in it, and nothing else: 405 for GET, 400 for a list.';

type Tokens = (forge: Forge) => Pick<Asked, 'tokens' | 'headers' | 'search' | 'body'>;

function refused(id: string, what: string, advice: string, ask: (subject: Subject) => Asked): Check {
  return {
    id,
    sentence: `${what} is refused`,
    advice,
    run: (subject) => expecting(subject, ask(subject), isRefused),
  };
}

/** A good token, in another place than its own. */
function misplaced(id: string, where: string, ask: Tokens): Check {
  const place = (subject: Subject) => ({ ...greeting, ...ask(subject.forge(greeting)) });
  return refused(`place.${id}`, `a good token in ${where}`, ONE_PLACE, place);
}

/** A request with no good token. */
function shut(id: string, what: string, asked: Asked, ask: Tokens = () => ({})): Check {
  return refused(`door.${id}`, what, FIRST, (subject) => ({ ...asked, ...ask(subject.forge(asked)) }));
}

/** A request with a good token that no gateway sends. */
function unanswered(id: string, what: string, asked: Asked): Check {
  return {
    id,
    sentence: `${what} is not executed`,
    advice: POST_ONLY,
    run: (subject) =>
      expecting(subject, { ...asked, tokens: [tokenOf(subject.forge(asked))] }, isNotExecuted),
  };
}

const query = `query=${encodeURIComponent(typename.query)}`;
const greeting = { body: typename };
const service = { body: { query: '{ _service { sdl } }' } };
const introspection = { body: { query: '{ __schema { queryType { name } types { name } } }' } };
const batch = { body: [typename, typename] };
const notOurs: Tokens = (forge) => ({ tokens: [tokenOf(forge, { claims: { aud: 'another-subgraph' } })] });

export const doorChecks: readonly Check[] = [
  misplaced('authorization', 'the header Authorization', (forge) => ({
    headers: { authorization: `Bearer ${tokenOf(forge)}` },
  })),
  misplaced('cookie', 'a cookie', (forge) => ({
    headers: { cookie: `Txn-Token=${tokenOf(forge)}; txn-token=${tokenOf(forge)}` },
  })),
  misplaced('query-string', 'the query string', (forge) => ({
    search: ['txn-token', 'Txn-Token', 'txn_token', 'access_token', 'token']
      .map((name) => `${name}=${tokenOf(forge)}`)
      .join('&'),
  })),
  misplaced('body', 'the body', (forge) => ({
    body: { ...typename, extensions: { txnToken: tokenOf(forge), 'txn-token': tokenOf(forge) } },
  })),
  misplaced('underscore', 'a header Txn_Token', (forge) => ({
    headers: { Txn_Token: tokenOf(forge) },
  })),
  misplaced('other-name', 'a header X-Txn-Token', (forge) => ({
    headers: { 'X-Txn-Token': tokenOf(forge) },
  })),
  shut('service', '_service without a token', service),
  shut('service-other', '_service with another subgraph’s token', service, notOurs),
  shut('introspection', 'introspection without a token', introspection),
  shut('introspection-other', 'introspection with another subgraph’s token', introspection, notOurs),
  shut('entities', '_entities without a token', {
    body: { query: '{ _entities(representations: []) { __typename } }' },
  }),
  shut('invalid', 'what is no GraphQL, without a token', { body: { query: '}{' } }),
  shut('get', 'GET without a token', { method: 'GET', search: query }),
  shut('batch', 'a list of operations without a token', batch),
  unanswered('door.get-token', 'a query by GET, with a good token', { method: 'GET', search: query }),
  unanswered('door.batch-token', 'a list of operations, with a good token', batch),
];
