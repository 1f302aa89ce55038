/** That a subgraph which demands tokens bound to a body takes no others, and none twice. */
import type { Asked } from './ask.ts';
import { type Check, expecting, isRefused, type Outcome, type Subject, typename } from './check.ts';
import { tokenOf } from './forge.ts';
import { eventsOf } from './stream.ts';
import { check, shut } from './stream-checks.ts';

const BIND = 'Refuse a token without tctx.body: the gateway binds each, where bindBody names this subgraph.';
const ONCE = 'Take each jti once: remember it for as long as its token lives.';

const asked = { body: typename };

/** With a token that is good for any body. */
function unbound(subject: Subject, request: Asked): Promise<Outcome> {
  return expecting(subject, { ...request, tokens: [tokenOf(subject.forge())] }, isRefused);
}

async function twice(subject: Subject, request: Asked): Promise<Outcome> {
  const once = { ...request, tokens: [tokenOf(subject.forge(request))] };
  await subject.ask(once);
  return expecting(subject, once, isRefused);
}

/** The same holds where streams are opened, which is often other code. */
export const boundChecks: readonly Check[] = [
  {
    id: 'bound.missing',
    sentence: 'a token that is bound to no body is refused',
    advice: BIND,
    run: (subject) => unbound(subject, asked),
  },
  {
    id: 'bound.twice',
    sentence: 'a token that is bound to its body is refused the second time',
    advice: ONCE,
    run: (subject) => twice(subject, asked),
  },
  check(
    'bound.events',
    'so is one that is bound to no body, over server-sent events',
    BIND,
    (subject, query) => unbound(subject, eventsOf(query)),
  ),
  check(
    'bound.events-twice',
    'and one that opens a stream of events the second time',
    ONCE,
    (subject, query) => twice(subject, eventsOf(query)),
  ),
  check(
    'bound.socket',
    'in the upgrade to a WebSocket, one that is bound to no body is refused',
    BIND,
    (subject) => shut(subject, { token: tokenOf(subject.forge()) }),
  ),
  check('bound.socket-init', 'and so it is in connection_init', BIND, (subject) =>
    shut(subject, { initToken: tokenOf(subject.forge()) }),
  ),
];
