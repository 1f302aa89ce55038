/** Limits stand on actions that they mean something for. */
import { type Action, actions } from '../action.ts';
import type { Obligation } from '../rule.ts';
import type { Lint } from './linted.ts';
import { problemOf } from './problem-of.ts';

/** What an obligation can mean: a mask is how a value is read, a minimum group is about aggregates. */
const meant: Readonly<Record<Obligation['kind'], readonly Action[]>> = {
  mask: ['read', 'subscribe'],
  rowFilter: actions,
  minGroup: ['aggregate'],
};

export const boundActions: Lint = function* ({ rules }) {
  for (const rule of rules) {
    if (rule.obligation === undefined) continue;
    const allowed = meant[rule.obligation.kind];
    const named = rule.actions === undefined ? actions : [...rule.actions];
    if (named.every((each) => allowed.some((action) => action === each))) continue;
    const list = allowed.map((each) => `Action::"${each}"`).join(', ');
    const message = `\`@${rule.obligation.kind}\` says nothing about some of its actions`;
    yield problemOf(rule, { head: 'action' }, { message, advice: `write \`action in [${list}]\`` });
  }
};
