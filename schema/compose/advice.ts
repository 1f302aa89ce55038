/** What to do about a composition code: the sentence that its message leaves out. */

const byCode: ReadonlyMap<string, string> = new Map([
  ['FIELD_TYPE_MISMATCH', 'agree with the other owner on one type, or give the field another name'],
  ['FIELD_ARGUMENT_TYPE_MISMATCH', 'agree with the other owner on one type for the argument'],
  [
    'REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH',
    'make the argument optional, or add it in every subgraph that has the field',
  ],
  [
    'INVALID_FIELD_SHARING',
    'mark the field @shareable in every subgraph that resolves it, or @external where it only refers to it',
  ],
  ['KEY_INVALID_FIELDS', 'let @key name fields that this subgraph has'],
  ['REQUIRES_INVALID_FIELDS', 'let @requires name fields that this subgraph declares @external'],
  ['PROVIDES_INVALID_FIELDS', 'let @provides name fields that this subgraph declares @external'],
  ['EXTERNAL_UNUSED', 'remove the @external field, or use it in a @key, @requires or @provides'],
  ['EXTERNAL_MISSING_ON_BASE', 'ask the owner of the type to define the field, or drop @external'],
  ['EXTERNAL_TYPE_MISMATCH', 'declare the @external field with the type its owner gives it'],
  ['INVALID_GRAPHQL', 'correct the SDL: it must be valid on its own'],
  ['INVALID_LINK_IDENTIFIER', 'correct the url of @link'],
  ['UNKNOWN_FEDERATION_LINK_VERSION', 'link a federation version that this gateway knows, such as v2.9'],
  ['TYPE_KIND_MISMATCH', 'two owners use one name for two kinds of types: rename one'],
  ['ENUM_VALUE_MISMATCH', 'give the enum the same values in every subgraph that takes it as input'],
  ['NO_QUERIES', 'give at least one subgraph a field on Query'],
  [
    'SATISFIABILITY_ERROR',
    'give the type a @key that the other subgraph can resolve, or move the field to where the type can be reached',
  ],
  [
    'KEY_NEVER_RESOLVABLE',
    'remove `resolvable: false` in the subgraph that can look the type up by this key, or remove the key',
  ],
  [
    'KEY_NOT_REENTERED',
    'remove `resolvable: false` from a key here and resolve references by it, or move the field to a subgraph that does',
  ],
  [
    'ACCESS_LOST',
    'link its spec and add @composeDirective for it; where another subgraph has taken the field over, let it state the same',
  ],
  [
    'ACCESS_NOT_LINKED',
    'import it by @link from https://specs.apollo.dev/federation or https://portcullis.dev/spec, or rename it',
  ],
  ['ACCESS_RELAXED_BY_SOME', 'state it in every subgraph that defines the element, or in none'],
  ['INTERFACE_FIELD_NO_IMPLEM', 'add the field to every implementing type, also in the other subgraphs'],
  ['INTERFACE_KEY_NOT_ON_IMPLEMENTATION', 'repeat the @key of the interface on each implementing type'],
  [
    'INTERFACE_OBJECT_USAGE_ERROR',
    'define the interface with a @key in the subgraph that has the concrete types',
  ],
]);

export function adviceFor(code: string): string {
  return byCode.get(code) ?? 'correct the definition named here, or agree on it with the other owners';
}
