/** Rules as Cedar text, from their parts. */

import type { Condition, PrincipalHead, ResourceHead, Rule } from '../rule.ts';
import { printEntity } from './entity-name.ts';

type Parts = Pick<Rule, 'effect' | 'principal' | 'actions' | 'resource' | 'conditions'>;

/** Without annotations: what it decides, perhaps by fewer conditions. */
export function textOf({ effect, principal, actions, resource, conditions }: Parts): string {
  const head = [principalText(principal), actionText(actions), resourceText(resource)].join(', ');
  return `${effect}(${head}) ${conditions.map(clauseText).join(' ')};`;
}

export function clauseText({ kind, text }: Condition): string {
  return `${kind} { ${text} }`;
}

function principalText(head: PrincipalHead): string {
  return head.kind === 'all' ? 'principal' : `principal in ${printEntity(head)}`;
}

function actionText(actions: Rule['actions']): string {
  if (actions === undefined) return 'action';
  return `action in [${[...actions].map((each) => printEntity({ type: 'Action', id: each })).join(', ')}]`;
}

function resourceText(head: ResourceHead): string {
  if (head.kind === 'all') return 'resource';
  return `resource ${head.kind === 'is' ? '==' : 'in'} ${printEntity(head)}`;
}
