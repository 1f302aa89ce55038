/** A client that subscribes over SSE, and reads to the end or leaves. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, compare } from '../oracle/compare.ts';
import { label } from '../oracle/verdict.ts';
import { open } from './call.ts';
import { drawSubscription } from './operations.ts';
import { begin, type Shared } from './shared.ts';

interface Result extends Partial<Answer> {
  readonly isComplete: boolean;
}

export async function subscribe(clients: Shared, id: string): Promise<void> {
  const { pool, verdict, truth, ledger, random } = clients;
  const operation = drawSubscription(random);
  const asked = begin(ledger, operation, id);
  const leaveAfter = random.below(4) === 0 ? random.below(10) : Number.POSITIVE_INFINITY;
  const { statusCode, body } = await open(pool, operation, { id, accept: 'text/event-stream' });
  if (statusCode !== 200) verdict.violate(`${label(asked)}: ${statusCode}`);
  let next = operation.from;
  let end: Result | undefined;
  for await (const result of resultsOf(body)) {
    end = result;
    if (result.isComplete || result.data === undefined) continue;
    const { data, errors = [] } = result;
    verdict.judge(asked, compare({ data, errors }, truth.of(operation, { number: next })), errors);
    verdict.count('events');
    next += 1;
    if (next - operation.from > leaveAfter) {
      verdict.count('subscriptions left');
      return;
    }
  }
  if (end?.isComplete !== true) verdict.violate(`${label(asked)} was cut without a word`);
  else if (next <= operation.to) await checkEnd(clients, asked, ledger);
  else verdict.count('subscriptions complete');
  ledger.forget(id);
}

type Checked = Parameters<Shared['verdict']['suspect']>[0];

/** Its source was cut, on purpose or by a restart. */
async function checkEnd({ verdict }: Shared, asked: Checked, ledger: Shared['ledger']): Promise<void> {
  verdict.count('subscriptions cut');
  if (!ledger.harmedBy(asked.id).has('people'))
    verdict.suspect(asked, [{ message: 'it ended early', extensions: { service: 'people' } }]);
  // As a client would that subscribes again.
  await sleep(100);
}

async function* resultsOf(body: AsyncIterable<Buffer>): AsyncGenerator<Result> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const events = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      if (event.startsWith('event: complete')) yield { isComplete: true };
      else if (event.startsWith('event: next\ndata: '))
        yield { isComplete: false, ...JSON.parse(event.slice(18)) };
    }
  }
}
