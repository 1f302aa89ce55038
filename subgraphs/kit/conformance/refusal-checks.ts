/** What refusals say: nothing but that it was one. */
import { isRecord } from '../identity/is-record.ts';
import { jsonOf } from './answer.ts';
import { type Check, passed, type Subject, skipped } from './check.ts';

const SAME =
  'Answer every refusal with the same constant body; why a token was refused is for the log of the subgraph alone.';

/** After all others: what they were refused with. */
export const refusalChecks: readonly Check[] = [
  {
    id: 'refusal.same',
    sentence: 'every refusal reads the same',
    advice: SAME,
    async run({ refusals }) {
      const texts = new Set(refusals.map(({ text }) => text));
      if (refusals.length === 0) return skipped('nothing was refused');
      if (texts.size === 1) return passed;
      const came = [...texts].slice(0, 3).join('  or  ');
      return { result: 'failed', sent: `${refusals.length} bad requests`, came };
    },
  },
  {
    id: 'refusal.form',
    sentence: 'a refusal is JSON with errors, the code UNAUTHENTICATED and no data',
    advice:
      'Answer {"errors":[{"message":"a valid transaction token is required","extensions":{"code":"UNAUTHENTICATED"}}]} as application/json.',
    async run({ refusals }: Subject) {
      const odd = refusals.find((refusal) => !hasForm(refusal.contentType, jsonOf(refusal)));
      if (refusals.length === 0) return skipped('nothing was refused');
      if (odd === undefined) return passed;
      return { result: 'failed', sent: 'a bad token', came: `${odd.contentType}: ${odd.text.slice(0, 200)}` };
    },
  },
];

function hasForm(contentType: string, body: unknown): boolean {
  if (!/^application\/(?:graphql-response\+)?json\b/i.test(contentType) || !isRecord(body)) return false;
  const { errors, ...others } = body;
  const [error]: readonly unknown[] = Array.isArray(errors) ? errors : [];
  const extensions = isRecord(error) ? error['extensions'] : undefined;
  return (
    isRecord(extensions) && extensions['code'] === 'UNAUTHENTICATED' && (others['data'] ?? null) === null
  );
}
