/** What the demo suggests to try. A test holds it against the graph and its rules, so that it stays true. */

export interface Example {
  /** What it shows, in a line. */
  readonly title: string;
  readonly persona: string;
  readonly query: string;
}

export const examples: readonly Example[] = [
  {
    title: 'What is played where, grouped in the database',
    persona: 'analyst',
    query:
      '{ playsGrouped(by: [{field: mediaKind}, {field: country}], orderBy: [{field: count, direction: DESC}], first: 5)' +
      ' { nodes { key { mediaKind country } count countDistinct { subscriberId } sum { secondsWatched } } suppressed } }',
  },
  {
    title:
      'Two subscribers across five domains; support sees the persons, the last digits of a telephone, and no money',
    persona: 'support',
    query:
      '{ subscribers(first: 2) { nodes { name email phone birthDate plan { name } invoices(first: 1) { nodes { number totalAmount currency } }' +
      ' plays(first: 3) { nodes { playedAt media { __typename title } } } } } }',
  },
];

export interface Refusal {
  readonly persona: string;
  /** In words, as far as a line goes. */
  readonly refused: string;
  /** Coordinates that it covers. */
  readonly coordinates: readonly string[];
}

export const refusals: readonly Refusal[] = [
  {
    persona: 'anonymous',
    refused: 'everything: a request without a token is answered 401',
    coordinates: [
      'Subscriber.email',
      'Play.playedAt',
      'Invoice.totalAmount',
      'Licence.costAmount',
      'Stream.rightsFee',
    ],
  },
  {
    persona: 'analyst',
    refused:
      'rows about persons (Subscriber, Play, Invoice: totals alone), personal data, payment methods, licences, rights',
    coordinates: [
      ...['id', 'name', 'email', 'birthDate', 'phone', 'city'].map((field) => `Subscriber.${field}`),
      ...['Play.id', 'Play.city', 'Invoice.totalAmount', 'InvoiceLine.netAmount'],
      ...['PaymentMethod.iban', 'Licence.costAmount', 'Stream.rightsFee', 'Plan.targetMargin'],
    ],
  },
  {
    persona: 'support',
    refused: 'money (invoices, revenue, payment methods), licences, rights; sees the year of birth only',
    coordinates: [
      'Invoice.totalAmount',
      'RevenueDay.netAmount',
      'PaymentMethod.iban',
      'Licence.costAmount',
      'Stream.rightsFee',
    ],
  },
  {
    persona: 'clerk',
    refused:
      'plays, what audience knows of subscribers but their id, licences, rights; sees ends of accounts only',
    coordinates: [
      'Play.playedAt',
      'Subscriber.email',
      'Subscriber.country',
      'Subscriber.taxRate',
      'Licence.costAmount',
      'Stream.rightsFee',
    ],
  },
  {
    persona: 'partner',
    refused: 'subscribers, plays, money, licences; streams of other regions than EMEA',
    coordinates: [
      'Subscriber.status',
      'Play.playedAt',
      'Invoice.totalAmount',
      'PaymentMethod.iban',
      'Licence.costAmount',
      'Artist.monthlyListeners',
    ],
  },
  {
    persona: 'steward',
    refused: 'nothing; sees persons by pseudonyms, unless the glass is broken',
    coordinates: [],
  },
];
