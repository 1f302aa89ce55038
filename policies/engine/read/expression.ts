/** What an expression of Cedar looks at. */

import type { Expr } from '../cedar.ts';
import { type EntityName, entityOf } from './entity-name.ts';
import { isRecord } from './is-record.ts';

/** One node of the tree that Cedar makes of an expression. */
export interface Expression {
  /** `==`, `.`, `in`, `Set`, `Value`, `Var`, … or the name of a function. */
  readonly operator: string;
  readonly operands: readonly Expression[];
  readonly variable: string | undefined;
  readonly entity: EntityName | undefined;
  readonly number: number | undefined;
  /** Of `.` and `has`. */
  readonly attribute: string | undefined;
}

export function expressionOf(expr: Expr): Expression {
  const [entry] = Object.entries(expr);
  const [operator, body]: [string, unknown] = entry ?? ['', undefined];
  return {
    operator,
    operands: operator === 'Value' || operator === 'Var' ? [] : operandsOf(body),
    variable: operator === 'Var' && typeof body === 'string' ? body : undefined,
    entity: operator === 'Value' ? entityOf(body) : undefined,
    number: operator === 'Value' && typeof body === 'number' ? body : undefined,
    attribute: isRecord(body) && typeof body['attr'] === 'string' ? body['attr'] : undefined,
  };
}

/** It and all below it. */
export function* everyPart(expression: Expression): Generator<Expression> {
  yield expression;
  for (const operand of expression.operands) yield* everyPart(operand);
}

/** `{left, right}`, `[…]`, `{arg}`, a record's values: whatever looks like an expression is one. */
function operandsOf(body: unknown): readonly Expression[] {
  if (Array.isArray(body)) return body.filter(isExpr).map(expressionOf);
  return isRecord(body) ? Object.values(body).filter(isExpr).map(expressionOf) : [];
}

function isExpr(value: unknown): value is Expr {
  return isRecord(value) && !Array.isArray(value) && Object.keys(value).length === 1;
}
