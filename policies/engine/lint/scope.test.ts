import { describe, expect, it } from '@jest/globals';
import { type Planted, problemsOf } from '../fixture/shop.ts';

const names: readonly Planted[] = [
  {
    what: 'a slip in a field',
    file: 'music/a.cedar',
    text: `@id("music.a")
permit (principal, action, resource == Field::"Track.titel");`,
    says: [
      'music/a.cedar:2: error [music.a]: names Field::"Track.titel", which the supergraph does not have; did you mean `Track.title`?',
    ],
  },
  {
    what: 'a slip in a type',
    file: 'music/a.cedar',
    text: `@id("music.a")
permit (principal, action, resource in Type::"Trak");`,
    says: [
      'music/a.cedar:2: error [music.a]: names Type::"Trak", which the supergraph does not have; did you mean `Track`?',
    ],
  },
  {
    what: 'a product that there is not',
    file: 'music/a.cedar',
    text: `@id("music.a")
permit (principal, action, resource in DataProduct::"music.x");`,
    says: [
      'music/a.cedar:2: error [music.a]: names DataProduct::"music.x", which the supergraph does not have; there are: `audience.profiles`, `billing.invoices`',
    ],
  },
  {
    what: 'a slip in a type, in a condition',
    file: 'global/a.cedar',
    text: `@id("global.a") permit (principal, action, resource)
when { resource in [Type::"Trak"] };`,
    says: [
      'global/a.cedar:2: error [global.a]: names Type::"Trak", which the supergraph does not have; did you mean `Track`?',
    ],
  },
];

const domains: readonly Planted[] = [
  {
    what: 'a folder of no domain',
    file: 'musik/a.cedar',
    text: `@id("musik.a")
permit (principal, action, resource in Domain::"music");`,
    says: [
      'musik/a.cedar:1: error [musik.a]: stands in the folder of musik, which is no domain; did you mean `music`?',
    ],
  },
  {
    what: 'a file that has been cut off to nothing',
    file: 'music/a.cedar',
    text: '// What was forbidden here?\n',
    says: ['music/a.cedar:1: error: has no rule in it; write one, or delete the file'],
  },
  {
    what: 'a file in no folder',
    file: 'a.cedar',
    text: `@id("a.a")
permit (principal, action, resource in Domain::"music");`,
    says: [
      'a.cedar:1: error: lies in no folder, so it is not said for whom its rules are; move it to `global`, or to the folder of a domain',
    ],
  },
  {
    what: 'a domain that permits what is another one’s',
    file: 'music/a.cedar',
    text: `@id("music.a")
permit (principal, action, resource in Domain::"billing");`,
    says: [
      'music/a.cedar:2: error [music.a]: is about Domain::"billing", of which music owns nothing; a domain decides about its own fields; ask the owner, or write a global rule',
    ],
  },
  {
    what: 'a domain that permits a type of another one',
    file: 'music/a.cedar',
    text: `@id("music.a")
permit (principal, action, resource in Type::"Subscriber");`,
    says: [
      'music/a.cedar:2: error [music.a]: is about Type::"Subscriber", of which music owns nothing; a domain decides about its own fields; ask the owner, or write a global rule',
    ],
  },
  {
    what: 'a domain that permits everything',
    file: 'music/a.cedar',
    text: `@id("music.a")
permit (principal, action, resource);`,
    says: [
      'music/a.cedar:2: error [music.a]: names no resource; write `resource in Domain::"music"` for all that the domain owns',
    ],
  },
  {
    what: 'a domain that satisfies a condition of another one',
    file: 'music/a.cedar',
    text: `@id("music.a")
permit (principal, action == Action::"satisfy", resource == Policy::"on-duty");`,
    says: [
      'music/a.cedar:2: error [music.a]: is about Policy::"on-duty", of which music owns nothing; a domain decides about its own fields; ask the owner, or write a global rule',
    ],
  },
  {
    what: 'a domain that limits a tag which others carry',
    file: 'billing/a.cedar',
    text: `@id("billing.a")
forbid (principal, action, resource in Tag::"public");`,
    says: [
      'billing/a.cedar:2: warning [billing.a]: limits the tag "public" in billing alone; fields of music carry it too; write it as a global rule, if it is meant for all of them',
    ],
  },
];

const missing: readonly Planted[] = [
  {
    what: 'no permit at all',
    file: 'global/global.cedar',
    text: '@id("global.a") forbid (principal, action, resource);',
    says: [
      'billing:1: error: no rule says when the condition "on-duty" of @policy holds; write permit (principal, action == Action::"satisfy", resource == Policy::"on-duty") when { … };',
      'global:1: error: no rule permits anything; write a permit, or look whether this is the right folder',
    ],
  },
  {
    what: 'a condition of @policy that nothing satisfies',
    file: 'global/global.cedar',
    text: '@id("global.a") permit (principal, action, resource);',
    says: [
      'billing:1: error: no rule says when the condition "on-duty" of @policy holds; write permit (principal, action == Action::"satisfy", resource == Policy::"on-duty") when { … };',
    ],
  },
];

describe('rules are refused for', () => {
  it.each([...names])('names: $what', ({ file, text, says }) => {
    expect(problemsOf({ [file]: text })).toEqual(says);
  });

  it.each([...domains])('domains: $what', ({ file, text, says }) => {
    expect(problemsOf({ [file]: text })).toEqual(says);
  });

  it.each([...missing])('what is missing: $what', ({ file, text, says }) => {
    expect(problemsOf({ [file]: text })).toEqual(says);
  });
});
