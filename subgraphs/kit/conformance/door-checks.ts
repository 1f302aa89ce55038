/** That there is no way past the token: other places for it, other methods, other operations. */

import type { Asked } from './ask.ts';
import { type Check, expecting, isNotExecuted, isRefused, typename } from './check.ts';
import { type Forge, tokenOf } from './forge.ts';

const ONE_PLACE = 'Take the token from the header Txn-Token alone.';
const FIRST = 'Look at the token before the method, the path and the body, for every operation there is.';
const POST_ONLY = 'Answer POST with one operation in it, and nothing else: 405 for GET, 400 for a list.';

/** A request without a good token in its place, which has to be refused. */
function refused(id: string, what: string, advice: string, ask: (forge: Forge) => Asked): Check {
  return {
    id,
    sentence: `${what} is refused`,
    advice,
    run: (subject) => expecting(subject, ask(subject.forge()), isRefused),
  };
}

/** A request with a good token that no gateway sends. */
function unanswered(id: string, what: string, ask: (token: string) => Asked): Check {
  return {
    id,
    sentence: `${what} is not executed`,
    advice: POST_ONLY,
    run: (subject) => expecting(subject, ask(tokenOf(subject.forge())), isNotExecuted),
  };
}

const query = `query=${encodeURIComponent(typename.query)}`;
const service = { query: '{ _service { sdl } }' };
const introspection = { query: '{ __schema { queryType { name } types { name } } }' };
const notOurs = (forge: Forge) => [tokenOf(forge, { claims: { aud: 'another-subgraph' } })];

export const doorChecks: readonly Check[] = [
  refused('place.authorization', 'a good token in the header Authorization', ONE_PLACE, (forge) => ({
    headers: { authorization: `Bearer ${tokenOf(forge)}` },
    body: typename,
  })),
  refused('place.cookie', 'a good token in a cookie', ONE_PLACE, (forge) => ({
    headers: { cookie: `Txn-Token=${tokenOf(forge)}; txn-token=${tokenOf(forge)}` },
    body: typename,
  })),
  refused('place.query-string', 'a good token in the query string', ONE_PLACE, (forge) => ({
    search: ['txn-token', 'Txn-Token', 'txn_token', 'access_token', 'token']
      .map((name) => `${name}=${tokenOf(forge)}`)
      .join('&'),
    body: typename,
  })),
  refused('place.body', 'a good token in the body', ONE_PLACE, (forge) => ({
    body: { ...typename, extensions: { txnToken: tokenOf(forge), 'txn-token': tokenOf(forge) } },
  })),
  refused('place.underscore', 'a good token in a header Txn_Token', ONE_PLACE, (forge) => ({
    headers: { Txn_Token: tokenOf(forge) },
    body: typename,
  })),
  refused('place.other-name', 'a good token in a header X-Txn-Token', ONE_PLACE, (forge) => ({
    headers: { 'X-Txn-Token': tokenOf(forge) },
    body: typename,
  })),
  refused('door.service', '_service without a token', FIRST, () => ({ body: service })),
  refused('door.service-other', '_service with another subgraph’s token', FIRST, (forge) => ({
    tokens: notOurs(forge),
    body: service,
  })),
  refused('door.introspection', 'introspection without a token', FIRST, () => ({ body: introspection })),
  refused('door.introspection-other', 'introspection with another subgraph’s token', FIRST, (forge) => ({
    tokens: notOurs(forge),
    body: introspection,
  })),
  refused('door.entities', '_entities without a token', FIRST, () => ({
    body: { query: '{ _entities(representations: []) { __typename } }' },
  })),
  refused('door.invalid', 'what is no GraphQL, without a token', FIRST, () => ({ body: { query: '}{' } })),
  refused('door.get', 'GET without a token', FIRST, () => ({ method: 'GET', search: query })),
  refused('door.batch', 'a list of operations without a token', FIRST, () => ({
    body: [typename, typename],
  })),
  unanswered('door.get-token', 'a query by GET, with a good token', (token) => ({
    method: 'GET',
    search: query,
    tokens: [token],
  })),
  unanswered('door.batch-token', 'a list of operations, with a good token', (token) => ({
    tokens: [token],
    body: [typename, typename],
  })),
];
