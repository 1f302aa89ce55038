import { describe, expect, it } from '@jest/globals';
import { type Planted, problemsOf } from '../fixture/shop.ts';

const faults: readonly Planted[] = [
  {
    what: 'what is no Cedar',
    file: 'global/a.cedar',
    text: `// A comment.
@id("global.a") permit (principal, action,
resource;`,
    says: [
      `global/a.cedar:3: error: is no policy of Cedar's: unexpected token \`;\`; correct it; see docs.cedarpolicy.com`,
    ],
  },
  {
    what: 'a rule without its end',
    file: 'global/a.cedar',
    text: '@id("global.a") permit (principal, action, resource)',
    says: ['global/a.cedar:1: error [global.a]: ends without a semicolon; write `;` after it'],
  },
  {
    what: 'a slip in a tag',
    file: 'music/a.cedar',
    text: `@id("music.a")
permit (principal, action, resource in Tag::"finacial");`,
    says: [
      'music/a.cedar:2: error [music.a]: names Tag::"finacial", which there is not; did you mean `financial`?',
    ],
  },
  {
    what: 'a slip in a role',
    file: 'global/a.cedar',
    text: '@id("global.a") permit (principal in Role::"analist", action, resource);',
    says: [
      'global/a.cedar:1: error [global.a]: names Role::"analist", which there is not; did you mean `analyst`?',
    ],
  },
  {
    what: 'a slip in a condition',
    file: 'global/a.cedar',
    text: `@id("global.a") permit (principal, action, resource)
// Nobody.
when { principal.kind == Kind::"bit" };`,
    says: ['global/a.cedar:3: error [global.a]: names Kind::"bit", which there is not; did you mean `bi`?'],
  },
  {
    what: 'an attribute that there is not',
    file: 'global/a.cedar',
    text: `@id("global.a") permit (principal, action, resource)
when { principal.regon == Region::"EU" };`,
    says: [
      'global/a.cedar:2: error [global.a]: attribute `regon` on entity type `Principal` not found; did you mean `region`?',
    ],
  },
  {
    what: 'values that cannot be compared',
    file: 'global/a.cedar',
    text: `@id("global.a") permit (principal, action, resource)
when { principal.region == "EU" };`,
    says: [
      'global/a.cedar:2: error [global.a]: the types String and Region are not compatible; both operands to a `==` expression must have compatible types. Types must be exactly equal to be compatible',
    ],
  },
  {
    what: 'a scope, where the supergraph has none',
    file: 'global/a.cedar',
    text: '@id("global.a") permit (principal in Scope::"x", action, resource);',
    says: [
      'global/a.cedar:1: error [global.a]: names a Scope, of which there is none; declare one in global/vocabulary.yaml or in a schema, or take it out',
    ],
  },
  {
    what: 'a rule that can never hold',
    file: 'global/a.cedar',
    text: `@id("global.a") permit (principal, action, resource)
when { principal.clearance == 1 && false };`,
    says: [
      'global/a.cedar:1: error [global.a]: policy is impossible: the policy expression evaluates to false for all valid requests; no request can ever meet it: correct its conditions, or take it out',
    ],
  },
];

describe('a rule is refused for', () => {
  it.each([...faults])('what Cedar finds: $what', ({ file, text, says }) => {
    expect(problemsOf({ [file]: text })).toEqual(says);
  });
});
