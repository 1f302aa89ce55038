import { describe, expect, it } from '@jest/globals';
import { type Planted, problemsOf } from '../fixture/shop.ts';

const faults: readonly Planted[] = [
  {
    what: 'a row filter on a column that there is not',
    file: 'billing/a.cedar',
    text: `@id("billing.a") @rowFilter("regoin = principal.region")
forbid (principal, action, resource in Type::"Invoice");`,
    says: [
      'billing/a.cedar:1: error [billing.a]: filters rows of Invoice, and there is no field Invoice.regoin with a value; did you mean `region`?',
    ],
  },
  {
    what: 'a row filter on one of many types without the column',
    file: 'global/a.cedar',
    text: `@id("global.a") @rowFilter("region = principal.region")
forbid (principal, action, resource in Tag::"financial");`,
    says: [
      'global/a.cedar:1: error [global.a]: filters rows of Track, and there is no field Track.region with a value; there are: `id`, `title`, `plays`, `price`; or name fewer fields in the head, which is about several types',
    ],
  },
  {
    what: 'a row filter by an attribute that there is not',
    file: 'billing/a.cedar',
    text: `@id("billing.a") @rowFilter("region = principal.tenant")
forbid (principal, action, resource in Type::"Invoice");`,
    says: [
      'billing/a.cedar:1: error [billing.a]: filters rows of Invoice, and a principal has no attribute `tenant`; there are: `kind`, `purpose`, `clearance`, `region`, `markets`',
    ],
  },
  {
    what: 'a row filter that compares a text with a number',
    file: 'billing/a.cedar',
    text: `@id("billing.a") @rowFilter("region = principal.clearance")
forbid (principal, action, resource in Type::"Invoice");`,
    says: [
      'billing/a.cedar:1: error [billing.a]: filters rows of Invoice, and `region` is String, and it is compared with a number; compare it with a text, such as `principal.kind`, `principal.purpose`, `principal.region`',
    ],
  },
  {
    what: 'a row filter that looks for a text in a text',
    file: 'billing/a.cedar',
    text: `@id("billing.a") @rowFilter("region in principal.region")
forbid (principal, action, resource in Type::"Invoice");`,
    says: [
      'billing/a.cedar:1: error [billing.a]: filters rows of Invoice, and `in` compares a text with a set of texts; write `=`, or compare with an attribute that is a set, such as `principal.markets`',
    ],
  },
  {
    what: 'a row filter that orders texts',
    file: 'billing/a.cedar',
    text: `@id("billing.a") @rowFilter("region >= \\"a\\"")
forbid (principal, action, resource in Type::"Invoice");`,
    says: [
      'billing/a.cedar:1: error [billing.a]: filters rows of Invoice, and `>=` orders what has no order that everybody agrees on; write `=` or `in`, or order by a number or a time',
    ],
  },
  {
    what: 'a row filter that compares a text with a set',
    file: 'billing/a.cedar',
    text: `@id("billing.a") @rowFilter("region = principal.markets")
forbid (principal, action, resource in Type::"Invoice");`,
    says: [
      'billing/a.cedar:1: error [billing.a]: filters rows of Invoice, and `region` is String, and it is compared with a set; write `region in …`',
    ],
  },
  {
    what: 'a row filter that looks for a number in a set',
    file: 'billing/a.cedar',
    text: `@id("billing.a")
@doc("Of one's own markets.")
@rowFilter("amount in principal.markets")
forbid (principal, action, resource in Type::"Invoice");`,
    says: [
      'billing/a.cedar:3: error [billing.a]: filters rows of Invoice, and `in` compares a text with a set of texts; write `=`, and compare with a number, such as `principal.clearance`',
    ],
  },
  {
    what: 'a row filter by what is no text and no number',
    file: 'billing/a.cedar',
    text: `@id("billing.a") @rowFilter("isPaid = 1")
forbid (principal, action, resource in Type::"Invoice");`,
    says: [
      'billing/a.cedar:1: error [billing.a]: filters rows of Invoice, and `isPaid` is Boolean, which cannot be compared; compare a text, a number, a time or an enum; there are: `card`, `amount`, `status`, `region`, `dispute`',
    ],
  },
  {
    what: 'a row filter by a list',
    file: 'audience/a.cedar',
    text: `@id("audience.a") @rowFilter("labels = principal.region")
forbid (principal, action, resource in Type::"Subscriber");`,
    says: [
      'audience/a.cedar:1: error [audience.a]: filters rows of Subscriber, and `labels` is a list; compare a text, a number, a time or an enum; there are: `id`, `email`, `phone`, `born`, `age`, `region`',
    ],
  },
  {
    what: 'a mask on what is not read',
    file: 'audience/a.cedar',
    text: `@id("audience.a") @mask("last:3")
forbid (principal, action, resource == Field::"Subscriber.email");`,
    says: [
      'audience/a.cedar:2: error [audience.a]: `@mask` says nothing about some of its actions; write `action in [Action::"read", Action::"subscribe"]`',
    ],
  },
  {
    what: 'a minimum group of what is no aggregate',
    file: 'audience/a.cedar',
    text: `@id("audience.a") @minGroup("3")
forbid (principal, action == Action::"filter", resource == Field::"Subscriber.email");`,
    says: [
      'audience/a.cedar:2: error [audience.a]: `@minGroup` says nothing about some of its actions; write `action in [Action::"aggregate"]`',
    ],
  },
  {
    what: 'a mask of which nothing is left',
    file: 'audience/a.cedar',
    text: `@id("audience.a") @mask("last:3")
forbid (principal, action == Action::"read", resource in Type::"Subscriber");`,
    says: [
      'audience/a.cedar:1: error [audience.a]: `@mask("last:3")` leaves nothing of Subscriber.age, which is Int and never null; make the field nullable, or take a mask that fits its type',
      'audience/a.cedar:1: error [audience.a]: `@mask("last:3")` leaves nothing of Subscriber.born, which is Date and never null; make the field nullable, or take a mask that fits its type',
    ],
  },
  {
    what: 'two masks of which neither is stricter',
    file: 'audience/a.cedar',
    text: `@id("audience.a") @mask("last:3")
forbid (principal, action == Action::"read", resource == Field::"Subscriber.email");
@id("audience.b") @mask("first:3")
forbid (principal, action in [Action::"read", Action::"subscribe"], resource == Field::"Subscriber.email");`,
    says: [
      'audience/a.cedar:3: error [audience.b]: masks Subscriber.email with `first:3`, and audience.a (audience/a.cedar:1) with `last:3`: neither is stricter; use one mask in both, or a stricter one in one of them',
    ],
  },
];

const misfits: readonly Planted[] = [
  {
    what: 'by a tag, each field by its name and type',
    file: 'global/a.cedar',
    text: `@id("global.a")
@mask("hash")
forbid (principal, action == Action::"read", resource in Tag::"financial");`,
    says: [
      'global/a.cedar:2: warning [global.a]: `@mask("hash")` shows null of Track.price (Int), Invoice.amount (Int); take a mask that fits the type, or say by a rule with `@mask("null")` that it is meant',
    ],
  },
  {
    what: 'an enum, a text that is rounded, an integer that is rounded to ones',
    file: 'billing/a.cedar',
    text: `@id("billing.a") @mask("redact")
forbid (principal, action == Action::"read", resource == Field::"Invoice.status");
@id("billing.b") @mask("round:10")
forbid (principal, action == Action::"read", resource == Field::"Invoice.card");
@id("billing.c") @mask("round:1")
forbid (principal, action == Action::"read", resource == Field::"Invoice.amount");`,
    says: [
      ['1', 'a', 'redact', 'Invoice.status (Status)'],
      ['3', 'b', 'round:10', 'Invoice.card (String)'],
      ['5', 'c', 'round:1', 'Invoice.amount (Int)'],
    ].map(
      ([line, id, mask, field]) =>
        `billing/a.cedar:${line}: warning [billing.${id}]: \`@mask("${mask}")\` shows null of ${field}; take a mask that fits the type, or say by a rule with \`@mask("null")\` that it is meant`,
    ),
  },
  {
    what: 'a text that need be no date',
    file: 'audience/a.cedar',
    text: `@id("audience.a") @mask("date:year")
forbid (principal, action == Action::"read", resource == Field::"Subscriber.email");`,
    says: [
      'audience/a.cedar:1: warning [audience.a]: `@mask("date:year")` shows null of each value that is no date, of Subscriber.email (String); make the field a Date or a DateTime, or take another mask',
    ],
  },
  {
    what: 'an object',
    file: 'music/a.cedar',
    text: `@id("music.a") @mask("null")
forbid (principal, action == Action::"read", resource == Field::"Query.tracks");`,
    says: [
      'music/a.cedar:1: warning [music.a]: `@mask("null")` denies, since objects have no masked form, Query.tracks (Track); mask the fields of the object, or forbid it without a mask',
    ],
  },
  {
    what: 'and nothing where another rule says that null is meant',
    file: 'billing/a.cedar',
    text: `@id("billing.a") @mask("hash")
forbid (principal, action == Action::"read", resource == Field::"Invoice.amount");
@id("billing.b") @mask("null")
forbid (principal, action == Action::"read", resource == Field::"Invoice.amount");`,
    says: [],
  },
];

describe('a mask that does not fit is warned of', () => {
  it.each([...misfits])('$what', ({ file, text, says }) => {
    expect(problemsOf({ [file]: text })).toEqual(says);
  });
});

describe('an obligation is refused for', () => {
  it.each([...faults])('what cannot be carried out: $what', ({ file, text, says }) => {
    expect(problemsOf({ [file]: text })).toEqual(says);
  });
});
