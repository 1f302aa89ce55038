/** What came back, and what can be read from it. */
import { isRecord } from '../identity/is-record.ts';

export interface Came {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

/** A connection that failed is an answer as well: nothing was refused by it, and nothing shown. */
export type Answer = Came | { readonly failure: string };

/** `data` of an answer; undefined where it has none. */
export function dataOf(answer: Answer): Readonly<Record<string, unknown>> | undefined {
  const body = 'failure' in answer ? undefined : jsonOf(answer);
  const data = isRecord(body) ? body['data'] : undefined;
  return isRecord(data) ? data : undefined;
}

/** Whether anything was executed, be it of a list of operations. */
export function hasData(answer: Came): boolean {
  return [jsonOf(answer)].flat().some((body) => isRecord(body) && isRecord(body['data']));
}

/** Undefined for what is no JSON. */
export function jsonOf({ text }: Came): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** In one line. */
export function tellCame(answer: Answer): string {
  if ('failure' in answer) return `no answer (${answer.failure})`;
  const text = answer.text.replace(/\s+/g, ' ').trim();
  return `${answer.status} ${text.length > 200 ? `${text.slice(0, 200)}…` : text}`;
}
