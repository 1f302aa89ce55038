/**
 * What the planner wants changed in a representation before it is sent, or in an answer before it is merged: the name of a
 * type, or a response name that would have clashed.
 */
import type { FetchDataRewrite } from '@apollo/query-planner';
import type { MergedObject } from '../program.ts';
import { isMerged } from './merged.ts';
import type { Types } from './types.ts';

/** How a path says that only objects of a type are meant. */
export const condition = '... on ';

export function rewrite(value: unknown, { path, ...change }: FetchDataRewrite, types: Types): void {
  const last = path.at(-1);
  if (last === undefined) return;
  visitAt(value, path.slice(0, -1), {
    types,
    change: (object) => {
      if (change.kind === 'ValueSetter') object[last] = change.setValueTo;
      // Whatever the value, `0`, `""` and `false` included.
      else if (object[last] !== undefined) {
        object[change.renameKeyTo] = object[last];
        delete object[last];
      }
    },
  });
}

interface Visiting {
  readonly types: Types;
  readonly change: (object: MergedObject) => void;
}

function visitAt(value: unknown, path: readonly string[], visiting: Visiting): void {
  if (Array.isArray(value)) {
    for (const item of value) visitAt(item, path, visiting);
    return;
  }
  if (!isMerged(value)) return;
  const [step, ...rest] = path;
  if (step === undefined) visiting.change(value);
  else if (!step.startsWith(condition)) visitAt(value[step], rest, visiting);
  else if (isOf(value, step.slice(condition.length), visiting.types)) visitAt(value, rest, visiting);
}

/** An object whose type was not asked for can be of one type only. */
export function isOf({ __typename }: MergedObject, type: string, types: Types): boolean {
  return __typename === undefined || types.meets(__typename, type);
}
