/** A client that takes its answer in parts (`@defer`), and puts them together. */
import { type AnswerError, compare } from '../oracle/compare.ts';
import { label } from '../oracle/verdict.ts';
import { exchange } from './call.ts';
import { drawDeferred } from './operations.ts';
import { begin, type Shared } from './shared.ts';

interface Part {
  readonly data?: unknown;
  readonly path?: readonly (string | number)[];
  readonly errors?: readonly AnswerError[];
  readonly incremental?: readonly Part[];
  readonly hasNext?: boolean;
}

export async function askDeferred(clients: Shared, id: string): Promise<void> {
  const { pool, verdict, truth, ledger, random } = clients;
  const operation = drawDeferred(random);
  const asked = begin(ledger, operation, id);
  const accept = 'multipart/mixed;deferSpec=20220824, application/json;q=0.9';
  const { status, text } = await exchange(pool, operation, { id, accept });
  const parts = partsOf(text);
  if (
    status !== 200 ||
    parts.length === 0 ||
    parts.some(({ hasNext }, at) => hasNext !== at < parts.length - 1)
  ) {
    verdict.violate(`${label(asked)}: ${status} ${text.slice(0, 300)}`);
    return;
  }
  const answer = together(parts);
  const isWhole = verdict.judge(asked, compare(answer, truth.of(operation), true), answer.errors);
  verdict.count(isWhole ? 'deferred, whole' : 'deferred, a part, with errors');
  ledger.forget(id);
}

function partsOf(text: string): readonly Part[] {
  return text
    .split(/\r\n---/)
    .map((part) => part.split('\r\n\r\n')[1])
    .filter((json) => json !== undefined)
    .map((json): Part => JSON.parse(json));
}

function together([first, ...others]: readonly Part[]) {
  const errors = [...(first?.errors ?? [])];
  const root = { data: first?.data };
  for (const { data, path = [], errors: told = [] } of others.flatMap(
    ({ incremental = [] }) => incremental,
  )) {
    errors.push(...told);
    let target: unknown = root.data;
    for (const step of path) target = Reflect.get(Object(target), step);
    if (typeof target === 'object' && target !== null) merge(target, data);
  }
  return { data: root.data, errors };
}

function merge(target: object, given: unknown): void {
  if (typeof given !== 'object' || given === null) return;
  for (const [name, value] of Object.entries(given)) {
    const present: unknown = Reflect.get(target, name);
    if (typeof present === 'object' && present !== null && Object.hasOwn(target, name)) merge(present, value);
    else Reflect.set(target, name, value);
  }
}
