/** The directives of https://portcullis.dev/spec, as the served SDL defines them: the gateway decides by what they say. */
import { type DocumentNode, visit } from 'graphql';
import { federationName } from './federation.ts';

const specUrl = 'https://portcullis.dev/spec/v1.0';

const names = ['uses', 'usesNothing', 'carrier', 'product', 'declassify'] as const;

export const carrier = '@carrier';

/** Of an input that decides nothing by any column. */
export function usesNothing(reason: string): string {
  return `@usesNothing(reason: "${reason}")`;
}

export function product(name: string): string {
  return `@product(name: "${name}")`;
}

/** Whether a domain states any of them itself, as a hand-written argument has to. */
export function statesAny(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Directive: ({ name: { value } }) => {
      found ||= names.some((name) => name === value);
    },
  });
  return found;
}

/** Every subgraph has all of them, in one spelling: composition takes the definitions of one for all. */
export function specDefinitions(document: DocumentNode): string {
  const composeDirective = federationName(document, 'composeDirective');
  const imports = names.map((name) => `"@${name}"`).join(', ');
  const composed = names.map((name) => `${composeDirective}(name: "@${name}")`).join(' ');
  return `
extend schema @link(url: "${specUrl}", import: [${imports}]) ${composed}
"The field of an output type that this name uses, and how: whoever may not use the field so may not use the name."
directive @uses(field: String!, as: Use!) repeatable on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM_VALUE
"How a name uses a field."
enum Use {
  "Rows are chosen by it." FILTER
  "Rows are ordered by it." ORDER
  "Rows are grouped by it." GROUP
  "A value is computed from it over many rows." AGGREGATE
  "Its values are shown as they are." READ
  "It is written." WRITE
}
"This input uses no field of any row."
directive @usesNothing(reason: String) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION
"This type holds no data of its own: what it carries is decided field by field."
directive @carrier on OBJECT
"The data product that the type belongs to."
directive @product(name: String!) repeatable on OBJECT
"What is computed from this field is not as sensitive as the field."
directive @declassify(reason: String!) on FIELD_DEFINITION`;
}
