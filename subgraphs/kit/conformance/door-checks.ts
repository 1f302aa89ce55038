/** That there is no way past the token: other places for it, other methods, other operations. */

import type { Asked } from './ask.ts';
import { type Check, expecting, isNotExecuted, isRefused, typename } from './check.ts';
import { type Forge, tokenOf } from './forge.ts';

const ONE_PLACE = 'Take the token from the header Txn-Token alone.';
const FIRST = 'Look at the token before the method, the path and the body, for every operation there is.';
const POST_ONLY = 'Answer POST with one operation in it, and nothing else: 405 for GET, 400 for a list.';

type Tokens = (forge: Forge) => Pick<Asked, 'tokens' | 'headers' | 'search' | 'body'>;

/** A request without a good token in its place, which has to be refused. @param ask what else there is to it */
function refused(id: string, what: string, advice: string, asked: Asked, ask: Tokens = () => ({})): Check {
  return {
    id,
    sentence: `${what} is refused`,
    advice,
    run: (subject) => expecting(subject, { ...asked, ...ask(subject.forge(asked)) }, isRefused),
  };
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
  refused(
    'place.authorization',
    'a good token in the header Authorization',
    ONE_PLACE,
    greeting,
    (forge) => ({
      headers: { authorization: `Bearer ${tokenOf(forge)}` },
    }),
  ),
  refused('place.cookie', 'a good token in a cookie', ONE_PLACE, greeting, (forge) => ({
    headers: { cookie: `Txn-Token=${tokenOf(forge)}; txn-token=${tokenOf(forge)}` },
  })),
  refused('place.query-string', 'a good token in the query string', ONE_PLACE, greeting, (forge) => ({
    search: ['txn-token', 'Txn-Token', 'txn_token', 'access_token', 'token']
      .map((name) => `${name}=${tokenOf(forge)}`)
      .join('&'),
  })),
  refused('place.body', 'a good token in the body', ONE_PLACE, greeting, (forge) => ({
    body: { ...typename, extensions: { txnToken: tokenOf(forge), 'txn-token': tokenOf(forge) } },
  })),
  refused('place.underscore', 'a good token in a header Txn_Token', ONE_PLACE, greeting, (forge) => ({
    headers: { Txn_Token: tokenOf(forge) },
  })),
  refused('place.other-name', 'a good token in a header X-Txn-Token', ONE_PLACE, greeting, (forge) => ({
    headers: { 'X-Txn-Token': tokenOf(forge) },
  })),
  refused('door.service', '_service without a token', FIRST, service),
  refused('door.service-other', '_service with another subgraph’s token', FIRST, service, notOurs),
  refused('door.introspection', 'introspection without a token', FIRST, introspection),
  refused(
    'door.introspection-other',
    'introspection with another subgraph’s token',
    FIRST,
    introspection,
    notOurs,
  ),
  refused('door.entities', '_entities without a token', FIRST, {
    body: { query: '{ _entities(representations: []) { __typename } }' },
  }),
  refused('door.invalid', 'what is no GraphQL, without a token', FIRST, { body: { query: '}{' } }),
  refused('door.get', 'GET without a token', FIRST, { method: 'GET', search: query }),
  refused('door.batch', 'a list of operations without a token', FIRST, batch),
  unanswered('door.get-token', 'a query by GET, with a good token', { method: 'GET', search: query }),
  unanswered('door.batch-token', 'a list of operations, with a good token', batch),
];
