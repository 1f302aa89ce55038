/** Reads `when` and `unless`: what each clause looks at, and whether rules may look at it so. */
import type { Clause } from '../cedar.ts';
import type { Condition } from '../rule.ts';
import { isGroups } from './clauses.ts';
import { type Expression, everyPart, expressionOf } from './expression.ts';

/** `clause`: its number, from 0. */
type Report = (clause: number, message: string, advice: string) => void;

type Fault = (message: string, advice: string) => void;

export function readConditions(
  clauses: readonly Clause[],
  texts: readonly string[],
  report: Report,
): readonly Condition[] {
  if (clauses.length !== texts.length) {
    report(0, 'cannot be taken apart into its clauses', 'write each as `when { … }` or `unless { … }`');
    return [];
  }
  return clauses.map(({ kind, body }, index) => {
    const fault: Fault = (message, advice) => report(index, message, advice);
    const expression = expressionOf(body);
    checkVariables(expression, fault);
    const used = new Set([...everyPart(expression)].flatMap(({ variable }) => variable ?? []));
    const reads = {
      principal: used.has('principal'),
      resource: used.has('resource'),
      context: used.has('context'),
    };
    if (reads.context && used.size > 1) {
      fault(
        'has a clause that looks at the context and at something else',
        'give the context a clause of its own: `when { … } unless { context.breakGlass }`',
      );
    }
    if (
      [...everyPart(expression)].some(({ number }) => number !== undefined && !Number.isSafeInteger(number))
    )
      fault('has a number that is too large', 'stay below 9007199254740991: larger ones are not exact');
    if (used.size === 0) fault('has a clause that looks at nothing', 'take it out');
    return { kind, text: texts[index] ?? '', reads };
  });
}

const ways: Readonly<Record<string, string>> = {
  principal:
    'compare an attribute of it (`principal.purpose == Purpose::"…"`) or ask for a group (`principal in Role::"…"`)',
  resource: 'use `resource.owner`, `resource.level` or `resource in` a group',
  context: 'use `context.zone`, `context.hour` or `context.breakGlass`',
};

/** Variables stand where only their attributes and groups are looked at; anything else would tell single callers apart. */
function checkVariables(expression: Expression, fault: Fault, isWay = false): void {
  const { operator, operands, variable } = expression;
  if (variable === 'action') {
    fault('has a condition on the action', 'name actions in the head: `action in [Action::"read", …]`');
  } else if (variable !== undefined && !isWay) {
    fault(`looks at \`${variable}\` itself`, ways[variable] ?? 'look at its attributes');
  }
  for (const [index, operand] of operands.entries()) {
    checkVariables(operand, fault, index === 0 && isLook(operator, operands));
  }
}

function isLook(operator: string, [, group]: readonly Expression[]): boolean {
  if (operator === '.') return true;
  return operator === 'in' && group !== undefined && isGroups(group);
}
