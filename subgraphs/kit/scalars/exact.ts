/** What the four exact scalars share: how a scalar is made of one text-to-text function. */
import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';

/** Reads the text of a value; returns the canonical text or throws an `Inexact` that says what is wrong. */
export type Canonical = (text: string) => string;

/** Says why a text is no value of a scalar, in words for the person who sent it. */
export class Inexact extends Error {}

interface ExactScalar {
  readonly name: string;
  readonly urn: string;
  readonly description: string;
  readonly canonical: Canonical;
  /** Whether integers (JSON numbers, Int literals) are read as well as strings. */
  readonly integers: boolean;
}

/** Makes a scalar whose value is text on every way: variable, literal, SQL parameter and answer. */
export function exactScalar(scalar: ExactScalar): GraphQLScalarType<string, string> {
  const fromText = (text: string): string => {
    try {
      return scalar.canonical(text);
    } catch (error) {
      if (!(error instanceof Inexact)) throw error;
      throw refused(`${scalar.name} ${error.message}`);
    }
  };
  return new GraphQLScalarType<string, string>({
    name: scalar.name,
    description: scalar.description,
    specifiedByURL: scalar.urn,
    parseValue: (value) => fromText(inputText(scalar, value)),
    parseLiteral: (node) => fromText(literalText(scalar, node)),
    serialize: (value) => storedText(scalar, value),
  });
}

function inputText(scalar: ExactScalar, value: unknown): string {
  if (typeof value === 'string') return value;
  if (scalar.integers && typeof value === 'bigint') return String(value);
  if (scalar.integers && typeof value === 'number') {
    // Beyond 2^53 JSON.parse has rounded already: the number that arrived is not the number that was sent.
    if (Number.isSafeInteger(value)) return String(value);
    throw refused(`${scalar.name} takes a JSON number only if it is an exact integer: send a string`);
  }
  throw refused(`${scalar.name} must be ${wanted(scalar)}`);
}

function literalText(scalar: ExactScalar, node: ValueNode): string {
  // An Int literal is digits of any length (GraphQL §3.5.1 limits the Int type, not the token), so it is exact.
  if (node.kind === Kind.STRING || (scalar.integers && node.kind === Kind.INT)) return node.value;
  throw refused(`${scalar.name} must be ${wanted(scalar)}`, node);
}

/** With a code of its own: among the faults of a document, this one alone is the client's and not the gateway's. */
function refused(message: string, node?: ValueNode): GraphQLError {
  return new GraphQLError(message, { nodes: node ?? null, extensions: { code: 'BAD_USER_INPUT' } });
}

/** Serialises a stored value; the message never repeats it, for it may be what the reader must not see. */
function storedText(scalar: ExactScalar, value: unknown): string {
  try {
    if (typeof value === 'string') return scalar.canonical(value);
    if (value instanceof Date && !scalar.integers) return scalar.canonical(value.toISOString());
    if (scalar.integers && (typeof value === 'bigint' || Number.isSafeInteger(value))) {
      return scalar.canonical(String(value));
    }
  } catch (error) {
    if (!(error instanceof Inexact) && !(error instanceof RangeError)) throw error;
  }
  throw new GraphQLError(`a stored value is not a ${scalar.name}`);
}

function wanted(scalar: ExactScalar): string {
  return scalar.integers ? 'a string or an integer' : 'a string';
}
