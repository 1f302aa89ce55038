/** That subscriptions ask for the token as well, over server-sent events and WebSocket, before anything starts. */
import { type Check, expecting, isRefused, type Outcome, passed, type Subject, skipped } from './check.ts';
import { digestOf, type Forge, tokenOf } from './forge.ts';
import { eventsOf, isStream, type Opening, openSocket, subscriptionOf, tellOpening } from './stream.ts';
import type { TokenCase } from './token-case.ts';
import { tokenCases } from './token-cases.ts';

const SSE = 'Ask for the token before a stream of events is opened: 401, and no stream.';
const SOCKET =
  'Refuse the upgrade with 401, or close the socket with 4403 in place of connection_ack; close with 4401 who subscribes before that.';

/** Where there are none, a stream cannot be opened past the token. */
export function check(
  id: string,
  sentence: string,
  advice: string,
  run: (subject: Subject, query: string) => Promise<Outcome>,
): Check {
  return {
    id,
    sentence,
    advice,
    async run(subject) {
      const query = subscriptionOf(subject);
      return query === undefined ? skipped('there are no subscriptions') : run(subject, query);
    },
  };
}

function events(id: string, sentence: string, tokens: TokenCase['make']): Check {
  return check(`events.${id}`, sentence, SSE, (subject, query) => {
    const asked = eventsOf(query);
    return expecting(subject, { ...asked, tokens: tokens(subject.forge(asked)) }, isRefused);
  });
}

function socket(id: string, sentence: string, opening: (forge: Forge, query: string) => Opening): Check {
  return check(`socket.${id}`, sentence, SOCKET, (subject, query) =>
    shut(subject, opening(subject.forge(), query)),
  );
}

/** Nothing is acknowledged. */
export async function shut({ url }: Pick<Subject, 'url'>, opening: Opening): Promise<Outcome> {
  const came = await openSocket(url, opening);
  const isClosed = came.startsWith('closed') || came.startsWith('refused');
  return isClosed ? passed : { result: 'failed', sent: tellOpening(opening), came };
}

const forOtherBody = (forge: Forge) =>
  tokenOf(forge, { context: { body: digestOf('{}') }, claims: { jti: forge.id } });

/**
 * Which of the bad tokens are tried in every place that opens a stream, one for each thing that is looked at: a stream is
 * often opened by other code than answers queries, and that may do no more than decode the token.
 */
const retried: Readonly<Record<string, string>> = {
  'time.expired': 'expired',
  'audience.other': 'other',
  'issuer.other': 'issuer',
  'key.other-same-kid': 'key',
  'signature.changed': 'signature',
  'alg.none': 'unsigned',
  'typ.jwt': 'type',
  'obligations.unknown-member': 'obligations',
};
const badTokens = tokenCases.flatMap(({ id, sentence, make }) => {
  const short = retried[id];
  return short === undefined ? [] : [{ id: short, sentence, make }];
});

const badStreams: readonly Check[] = [
  events('missing', 'events are refused without a token', () => []),
  ...badTokens.map(({ id, sentence, make }) => events(id, `over server-sent events, ${sentence}`, make)),
  events(
    'other-body',
    'over server-sent events, a token that is bound to another body is refused',
    (forge) => [forOtherBody(forge)],
  ),
  socket('missing', 'a WebSocket is refused without a token', () => ({})),
  ...badTokens.map(({ id, sentence, make }) =>
    socket(id, `in the upgrade to a WebSocket, ${sentence}`, (forge) => ({ token: make(forge)[0] })),
  ),
  socket('bound', 'in the upgrade to a WebSocket, a token that is bound to a body is refused', (forge) => ({
    token: forOtherBody(forge),
  })),
  ...badTokens.map(({ id, sentence, make }) =>
    socket(`init-${id}`, `in connection_init, ${sentence}`, (forge) => ({ initToken: make(forge)[0] })),
  ),
  socket('init-bound', 'in connection_init, a token that is bound to a body is refused', (forge) => ({
    initToken: forOtherBody(forge),
  })),
  socket('init-garbage', 'in connection_init, a token that is no text is refused', () => ({
    initToken: { sub: 'me' },
  })),
  socket('early', 'a WebSocket is refused that subscribes before connection_init', (_, early) => ({ early })),
];

/** @param isBound whether only bound tokens are good, of which none is good for a WebSocket */
export function streamChecks(isBound: boolean): readonly Check[] {
  return [...badStreams, isBound ? goodEvents : goodStream];
}

const SERVE = 'Serve subscriptions at the same address, as text/event-stream';

const goodEvents = check(
  'stream.good',
  'a good token opens a stream of events',
  `${SERVE}: a token cannot be bound to what goes over a WebSocket.`,
  (subject, query) => {
    const asked = eventsOf(query);
    return expecting(subject, { ...asked, tokens: [tokenOf(subject.forge(asked))] }, isStream);
  },
);

const goodStream = check(
  'stream.good',
  'a good token opens a stream of events or a WebSocket',
  `${SERVE} or by the subprotocol graphql-transport-ws.`,
  async (subject) => {
    const came = await openSocket(subject.url, { token: tokenOf(subject.forge()) });
    return came === 'acknowledged' ? passed : goodEvents.run(subject);
  },
);
