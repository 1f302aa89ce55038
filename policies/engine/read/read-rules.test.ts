import { describe, expect, it } from '@jest/globals';
import { type Planted, problemsOf } from '../fixture/shop.ts';

const annotations: readonly Planted[] = [
  {
    what: 'a rule without a name',
    file: 'music/a.cedar',
    text: `
permit (principal, action, resource in Domain::"music");`,
    says: ['music/a.cedar:2: error: has no name; write @id("music.…") before it'],
  },
  {
    what: 'a name of another scope',
    file: 'music/a.cedar',
    text: `@id("global.all")
permit (principal, action, resource in Domain::"music");`,
    says: [
      'music/a.cedar:1: error [global.all]: is called `global.all`, which is no name for a rule of music; begin it with `music.`, and go on in lower case with hyphens',
    ],
  },
  {
    what: 'a name in capitals',
    file: 'music/a.cedar',
    text: `@id("music.All")
permit (principal, action, resource in Domain::"music");`,
    says: [
      'music/a.cedar:1: error [music.All]: is called `music.All`, which is no name for a rule of music; begin it with `music.`, and go on in lower case with hyphens',
    ],
  },
  {
    what: 'one name for two rules',
    file: 'music/a.cedar',
    text: `@id("music.a") permit (principal, action, resource in Domain::"music");

@id("music.a")
permit (principal, action, resource in Domain::"music");`,
    says: [
      'music/a.cedar:3: error [music.a]: has the name of the rule at music/a.cedar:1; give it a name of its own',
    ],
  },
  {
    what: 'a slip in an annotation',
    file: 'music/a.cedar',
    text: `@id("music.a") @maks("hash")
forbid (principal, action == Action::"read", resource in Domain::"music");`,
    says: ['music/a.cedar:1: error [music.a]: `@maks` is no annotation; did you mean `mask`?'],
  },
  {
    what: 'an annotation without a value',
    file: 'music/a.cedar',
    text: `@id("music.a") @mask
forbid (principal, action == Action::"read", resource in Domain::"music");`,
    says: ['music/a.cedar:1: error [music.a]: `@mask` says nothing; write a value: @mask("…")'],
  },
  {
    what: 'a slip in a mask',
    file: 'music/a.cedar',
    text: `@id("music.a") @mask("hush")
forbid (principal, action == Action::"read", resource == Field::"Track.title");`,
    says: [
      'music/a.cedar:1: error [music.a]: `hush` is no mask; write one of null, redact, hash, last:4, first:4, date:year, date:month, round:10',
    ],
  },
  {
    what: 'a mask without its number',
    file: 'music/a.cedar',
    text: `@id("music.a") @mask("last:x")
forbid (principal, action == Action::"read", resource == Field::"Track.title");`,
    says: [
      'music/a.cedar:1: error [music.a]: `last:x` is no mask: what follows `last`; write one of null, redact, hash, last:4, first:4, date:year, date:month, round:10',
    ],
  },
  {
    what: 'a mask on a permit',
    file: 'music/a.cedar',
    text: `@id("music.a") @mask("null")
permit (principal, action == Action::"read", resource == Field::"Track.title");`,
    says: [
      'music/a.cedar:1: error [music.a]: `@mask` stands on a permit; limits are written on a forbid: make it one',
    ],
  },
  {
    what: 'two obligations',
    file: 'music/a.cedar',
    text: `@id("music.a") @mask("null") @minGroup("3")
forbid (principal, action == Action::"read", resource == Field::"Track.title");`,
    says: ['music/a.cedar:1: error [music.a]: has several obligations; write a rule for each'],
  },
  {
    what: 'SQL in a row filter',
    file: 'audience/a.cedar',
    text: `@id("audience.a") @rowFilter("region = principal.region or 1=1")
forbid (principal, action, resource in Type::"Subscriber");`,
    says: [
      'audience/a.cedar:1: error [audience.a]: `region = principal.region or 1=1` is no row filter, at `or 1=1`; write comparisons such as `region = principal.region`, `year >= 2000` or, of a text, `@rowFilter("tier = \\"gold\\"")`, with `=`, `in`, `<=` or `>=`, joined by `and`',
    ],
  },
  {
    what: 'a text in a row filter without backslashes',
    file: 'audience/a.cedar',
    text: `@id("audience.a") @rowFilter("region = "AMERICAS"")
forbid (principal, action, resource in Type::"Subscriber");`,
    says: [
      'audience/a.cedar:1: error: is no policy of Cedar\'s: unexpected token `AMERICAS`; write quotes within quotes with backslashes: @rowFilter("region = \\"AMERICAS\\"")',
    ],
  },
  {
    what: 'a group of one',
    file: 'audience/a.cedar',
    text: `@id("audience.a") @minGroup("1")
forbid (principal, action == Action::"aggregate", resource in Type::"Subscriber");`,
    says: [
      'audience/a.cedar:1: error [audience.a]: `1` is no size of a group; write a whole number from 2: a group of one is a person',
    ],
  },
];

const heads: readonly Planted[] = [
  {
    what: 'a rule about one principal',
    file: 'global/a.cedar',
    text: '@id("global.a") permit (principal == Principal::"ann", action, resource);',
    says: [
      'global/a.cedar:1: error [global.a]: is about one principal: everybody would have rights of their own, and no view could be shared; write `principal`, or `principal in Role::"…"`, `Team::"…"` or `Scope::"…"`',
    ],
  },
  {
    what: 'a rule about a type of principals',
    file: 'global/a.cedar',
    text: '@id("global.a") permit (principal is Principal, action, resource);',
    says: [
      'global/a.cedar:1: error [global.a]: has a principal that is neither everybody nor a group; write `principal`, or `principal in Role::"…"`, `Team::"…"` or `Scope::"…"`',
    ],
  },
  {
    what: 'a principal in what is no group of principals',
    file: 'global/a.cedar',
    text: '@id("global.a") permit (principal in Zone::"corp", action, resource);',
    says: [
      'global/a.cedar:1: error [global.a]: has a principal that is neither everybody nor a group; write `principal`, or `principal in Role::"…"`, `Team::"…"` or `Scope::"…"`',
    ],
  },
  {
    what: 'a template',
    file: 'global/a.cedar',
    text: '@id("global.a") permit (principal in ?principal, action, resource);',
    says: [
      `global/a.cedar:1: error: is no policy of Cedar's: expected a static policy, got a template containing the slot ?principal; try removing the template slot(s) from this policy`,
    ],
  },
  {
    what: 'a rule about a type of resources',
    file: 'global/a.cedar',
    text: '@id("global.a") permit (principal, action, resource is Field);',
    says: [
      'global/a.cedar:1: error [global.a]: has a resource that is no field and no group of fields; write `resource`, `resource == Field::"Type.field"`, or `resource in` a Type, DataProduct, Domain, Tag or Classification',
    ],
  },
  {
    what: 'a rule about a tag itself',
    file: 'global/a.cedar',
    text: '@id("global.a") permit (principal, action, resource == Tag::"pii");',
    says: [
      'global/a.cedar:1: error [global.a]: is about Tag::"pii" itself, which nobody uses; write `resource in Tag::"pii"`',
    ],
  },
  {
    what: 'an action that there is not',
    file: 'global/a.cedar',
    text: '@id("global.a") permit (principal, action == Action::"reed", resource);',
    says: ['global/a.cedar:1: error [global.a]: names an action that there is not; did you mean `read`?'],
  },
  {
    what: 'a condition of @policy together with fields',
    file: 'global/a.cedar',
    text: '@id("global.a") permit (principal, action in [Action::"satisfy", Action::"read"], resource);',
    says: [
      'global/a.cedar:1: error [global.a]: mixes `satisfy` with what is done with fields; write a rule for each',
    ],
  },
  {
    what: 'a condition of @policy that is read',
    file: 'global/a.cedar',
    text: '@id("global.a") permit (principal, action == Action::"read", resource == Policy::"on-duty");',
    says: [
      'global/a.cedar:1: error [global.a]: mixes conditions of @policy with fields; name both `Action::"satisfy"` and `resource == Policy::"…"`, or neither',
    ],
  },
  {
    what: 'a condition of @policy that is not named',
    file: 'global/a.cedar',
    text: '@id("global.a") permit (principal, action == Action::"satisfy", resource);',
    says: [
      'global/a.cedar:1: error [global.a]: mixes conditions of @policy with fields; name both `Action::"satisfy"` and `resource == Policy::"…"`, or neither',
    ],
  },
];

const conditions: readonly Planted[] = [
  {
    what: 'a number that JSON rounds',
    file: 'global/a.cedar',
    text: '@id("global.a") permit (principal, action, resource) when { principal.clearance < 9007199254740993 };',
    says: [
      'global/a.cedar:1: error [global.a]: has a number that is too large; stay below 9007199254740991: larger ones are not exact',
    ],
  },
  {
    what: 'a condition on the action',
    file: 'global/a.cedar',
    text: '@id("global.a") permit (principal, action, resource) when { action == Action::"read" };',
    says: [
      'global/a.cedar:1: error [global.a]: has a condition on the action; name actions in the head: `action in [Action::"read", …]`',
    ],
  },
  {
    what: 'a comparison of the principal',
    file: 'global/a.cedar',
    text: '@id("global.a") permit (principal, action, resource) when { principal == Principal::"ann" };',
    says: [
      'global/a.cedar:1: error [global.a]: looks at `principal` itself; compare an attribute of it (`principal.purpose == Purpose::"…"`) or ask for a group (`principal in Role::"…"`)',
    ],
  },
  {
    what: 'a comparison of the resource',
    file: 'global/a.cedar',
    text: '@id("global.a") permit (principal, action, resource) unless { resource == Field::"Track.id" };',
    says: [
      'global/a.cedar:1: error [global.a]: looks at `resource` itself; use `resource.owner`, `resource.level` or `resource in` a group',
    ],
  },
  {
    what: 'the resource in another role',
    file: 'global/a.cedar',
    text: '@id("global.a") permit (principal, action, resource) when { resource has owner };',
    says: [
      'global/a.cedar:1: error [global.a]: looks at `resource` itself; use `resource.owner`, `resource.level` or `resource in` a group',
    ],
  },
  {
    what: 'a clause on the context and something else',
    file: 'global/a.cedar',
    text: `@id("global.a") permit (principal, action, resource)
when { context.zone == Zone::"corp" && principal.clearance > 2 };`,
    says: [
      'global/a.cedar:2: error [global.a]: has a clause that looks at the context and at something else; give the context a clause of its own: `when { … } unless { context.breakGlass }`',
    ],
  },
  {
    what: 'a clause on nothing',
    file: 'global/a.cedar',
    text: '@id("global.a") permit (principal, action, resource) when { 1 < 2 };',
    says: ['global/a.cedar:1: error [global.a]: has a clause that looks at nothing; take it out'],
  },
];

const places: readonly Planted[] = [
  {
    what: 'of the annotation, the head and the clause that are at fault',
    file: 'global/a.cedar',
    text: `@id("global.a")
@doc("Mentions @mask, principal and when { }.")
@maks("hash")
forbid (
  principal is Principal, // principal
  action == Action::"reed",
  resource == Tag::"pii"
)
when { principal.clearance > 2 } // when { }
unless { resource == Field::"Track.id" };`,
    says: [
      'global/a.cedar:3: error [global.a]: `@maks` is no annotation; did you mean `mask`?',
      'global/a.cedar:5: error [global.a]: has a principal that is neither everybody nor a group; write `principal`, or `principal in Role::"…"`, `Team::"…"` or `Scope::"…"`',
      'global/a.cedar:6: error [global.a]: names an action that there is not; did you mean `read`?',
      'global/a.cedar:7: error [global.a]: is about Tag::"pii" itself, which nobody uses; write `resource in Tag::"pii"`',
      'global/a.cedar:10: error [global.a]: looks at `resource` itself; use `resource.owner`, `resource.level` or `resource in` a group',
    ],
  },
];

const semicolons: readonly Planted[] = [
  {
    what: 'between two rules, where the first one ends',
    file: 'global/a.cedar',
    text: `@id("global.a")
permit (principal, action, resource in Tag::"public")
when { principal.clearance > 0 }

// The next one.
@id("global.b")
permit (principal, action, resource in Tag::"public");`,
    says: ['global/a.cedar:3: error [global.a]: ends without a semicolon; write `;` after it'],
  },
  {
    what: 'before a rule without a name',
    file: 'global/a.cedar',
    text: `@permit("x") @id("global.a") permit (principal, action, resource)
forbid (principal, action, resource);`,
    says: [
      'global/a.cedar:1: error [global.a]: `@permit` is no annotation; there are: `id`, `doc`, `owner`, `ticket`, `mask`, `rowFilter`, `minGroup`',
      'global/a.cedar:1: error [global.a]: ends without a semicolon; write `;` after it',
      'global/a.cedar:2: error: has no name; write @id("global.…") before it',
    ],
  },
  {
    what: 'at the end of the file',
    file: 'global/a.cedar',
    text: `@id("global.a")
permit (principal, action, resource)
// That was it.
`,
    says: ['global/a.cedar:2: error [global.a]: ends without a semicolon; write `;` after it'],
  },
];

describe('a fault is told at the line', () => {
  it.each([...places])('$what', ({ file, text, says }) => {
    expect(problemsOf({ [file]: text })).toEqual(says);
  });
});

describe('a semicolon that is missing is told', () => {
  it.each([...semicolons])('$what', ({ file, text, says }) => {
    expect(problemsOf({ [file]: text })).toEqual(says);
  });
});

describe('a rule is refused for its', () => {
  it.each([...annotations])('annotations: $what', ({ file, text, says }) => {
    expect(problemsOf({ [file]: text })).toEqual(says);
  });

  it.each([...heads])('heads: $what', ({ file, text, says }) => {
    expect(problemsOf({ [file]: text })).toEqual(says);
  });

  it.each([...conditions])('conditions: $what', ({ file, text, says }) => {
    expect(problemsOf({ [file]: text })).toEqual(says);
  });
});
