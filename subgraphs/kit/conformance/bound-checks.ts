/** That a subgraph which demands tokens bound to a body takes no others, and none twice. */
import { type Check, expecting, isRefused, typename } from './check.ts';
import { tokenOf } from './forge.ts';

const asked = { body: typename };

export const boundChecks: readonly Check[] = [
  {
    id: 'bound.missing',
    sentence: 'a token that is bound to no body is refused',
    advice: 'Refuse a token without tctx.body: the gateway binds each, where bindBody names this subgraph.',
    run: (subject) => expecting(subject, { ...asked, tokens: [tokenOf(subject.forge())] }, isRefused),
  },
  {
    id: 'bound.twice',
    sentence: 'a token that is bound to its body is refused the second time',
    advice: 'Take each jti once: remember it for as long as its token lives.',
    async run(subject) {
      const once = { ...asked, tokens: [tokenOf(subject.forge(asked))] };
      await subject.ask(once);
      return expecting(subject, once, isRefused);
    },
  },
];
