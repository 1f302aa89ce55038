/** Coerces the variables, once: the same values are checked, keyed and sent (GraphQL §6.1.2). */
import {
  coerceInputValue,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  type OperationDefinitionNode,
  typeFromAST,
  type VariableDefinitionNode,
  valueFromAST,
} from 'graphql';
import { ClientError, type ResponseError } from '../errors.ts';

/** More mistakes than this are not listed. */
const mostErrors = 20;

/**
 * Lists, objects and single values of all variables together. Checking, deciding and sending them takes a microsecond or
 * two for each, and nobody else's turn comes meanwhile.
 */
const mostValues = 50_000;

export function coerceVariables(
  schema: GraphQLSchema,
  definition: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const variables = definition.variableDefinitions ?? [];
  assertWithinBudget(Object.values(given));
  if (variables.length === 0) return none;
  // Without a prototype, `$__proto__` is a variable like any other.
  const coerced: Record<string, unknown> = Object.create(null);
  const errors: ResponseError[] = [];
  try {
    for (const variable of variables) coerceVariable(schema, variable, { given, coerced, errors });
  } catch (thrown) {
    if (thrown !== enough) throw thrown;
  }
  const [first] = errors;
  if (first !== undefined) {
    throw new ClientError('BAD_USER_INPUT', first.message, { errors });
  }
  return Object.freeze(coerced);
}

const none: Readonly<Record<string, unknown>> = Object.freeze(Object.create(null));

/** Ends a coercion: graphql-js would go on to the last of a million mistakes. */
const enough = Symbol('enough mistakes');

function report(errors: ResponseError[], message: string): void {
  errors.push({ message, extensions: { code: 'BAD_USER_INPUT' } });
  if (errors.length === mostErrors) throw enough;
}

/** Counts without calling itself, and looks at no more than it may. */
function assertWithinBudget(values: readonly unknown[]): void {
  const open = [...values];
  let seen = 0;
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    const inner = Array.isArray(value) ? value : Object.values(value);
    seen += inner.length;
    if (seen > mostValues) {
      throw new ClientError('COST_LIMIT', `the variables hold more than ${mostValues} values`);
    }
    for (const each of inner) open.push(each);
  }
}

interface Coercion {
  readonly given: Readonly<Record<string, unknown>>;
  readonly coerced: Record<string, unknown>;
  readonly errors: ResponseError[];
}

function coerceVariable(schema: GraphQLSchema, node: VariableDefinitionNode, coercion: Coercion): void {
  const { given, coerced, errors } = coercion;
  const name = node.variable.name.value;
  const type = typeFromAST(schema, node.type);
  if (!isInputType(type)) throw new TypeError('validation let a variable of no input type pass');
  if (!Object.hasOwn(given, name) || given[name] === undefined) {
    if (node.defaultValue !== undefined) coerced[name] = valueFromAST(node.defaultValue, type);
    else if (isNonNullType(type)) report(errors, `Variable "$${name}" of type "${type}" is required.`);
    return;
  }
  coerced[name] = coerceInputValue(given[name], type, (path, value) => {
    const place = [name, ...path].join('.');
    report(errors, `Variable "$${place}" ${mistake(typeAt(type, path), value)}.`);
  });
}

function typeAt(type: GraphQLInputType, path: readonly (string | number)[]): GraphQLInputType {
  let current = type;
  for (const step of path) {
    if (isNonNullType(current)) current = current.ofType;
    const named: GraphQLInputType = getNamedType(current);
    if (typeof step === 'number') current = isListType(current) ? current.ofType : current;
    else current = (isInputObjectType(named) ? named.getFields()[step]?.type : undefined) ?? current;
  }
  return current;
}

/**
 * What is wrong, by type and by name of field. graphql-js would quote the value: it may be personal, and logs and
 * screenshots travel.
 */
function mistake(type: GraphQLInputType, value: unknown): string {
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (!isInputObjectType(nullable) || typeof value !== 'object' || value === null || Array.isArray(value)) {
    return `has no value of type "${type}"`;
  }
  const fields = nullable.getFields();
  const unknown = Object.keys(value).find((key) => fields[key] === undefined);
  if (unknown !== undefined) return `has the field "${unknown}", which the type "${nullable}" does not have`;
  const missing = Object.values(fields).find(
    (field) => isRequiredInputField(field) && !Object.hasOwn(value, field.name),
  );
  if (missing !== undefined)
    return `lacks the field "${missing.name}", which the type "${nullable}" requires`;
  return `has to have exactly one field of the type "${nullable}", with a value`;
}
