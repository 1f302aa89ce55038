/** That every token is judged as it has to be. */
import { type Answer, dataOf } from './answer.ts';
import { publishedKey } from './cases/signature.ts';
import { type Check, expecting, isRefused, passed, skipped, typename } from './check.ts';
import { testKey } from './test-key.ts';
import type { TokenCase } from './token-case.ts';
import { tokenCases } from './token-cases.ts';

function checkOf({ id, sentence, advice, expect, make }: TokenCase): Check {
  return {
    id,
    sentence,
    advice,
    run: (subject) =>
      expecting(
        subject,
        { tokens: make(subject.forge({ body: typename })), body: typename },
        expect === 'accept' ? isGreeted : isRefused,
      ),
  };
}

function isGreeted(answer: Answer): boolean {
  return 'status' in answer && answer.status === 200 && typeof dataOf(answer)?.['__typename'] === 'string';
}

export const tokenChecks: readonly Check[] = [
  ...tokenCases.map(checkOf),
  {
    ...checkOf(publishedKey),
    async run(subject) {
      if (subject.forge().kid === testKey.kid) return skipped('the test key is the one that is trusted here');
      return checkOf(publishedKey).run(subject);
    },
  },
  {
    id: 'key.jku-not-fetched',
    sentence: 'nobody asks the address in a token’s header for keys',
    advice: 'Ignore jku and x5u; the only address that is asked for keys is the configured one.',
    async run(subject) {
      const times = subject.strangersAsked();
      if (times === 0) return passed;
      const sent = `a token with jku ${subject.forge().strangersKeys}`;
      return { result: 'failed', sent, came: `${times} requests at that address` };
    },
  },
];
