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
      ' { nodes { key { mediaKind country } count countDistinct { subscriberId } sum { secondsWatched } } } }',
  },
  {
    title: 'One subscriber across five domains; as analyst the person is null, as support the money',
    persona: 'support',
    query:
      '{ subscribers(first: 1) { nodes { name email plan { name } invoices(first: 1) { nodes { number totalAmount currency } }' +
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
      'who somebody is (Subscriber.name, email, birthDate, phone, city; Play.city), payment methods, licences, rights',
    coordinates: [
      ...['name', 'email', 'birthDate', 'phone', 'city'].map((field) => `Subscriber.${field}`),
      ...['Play.city', 'PaymentMethod.iban', 'Licence.costAmount', 'Stream.rightsFee'],
    ],
  },
  {
    persona: 'support',
    refused: 'money (invoices, revenue, payment methods), licences, rights',
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
    refused: 'plays, what audience knows of subscribers but their id, licences, rights',
    coordinates: [
      'Play.playedAt',
      'Subscriber.email',
      'Subscriber.country',
      'Licence.costAmount',
      'Stream.rightsFee',
    ],
  },
  {
    persona: 'partner',
    refused: 'subscribers, plays, money, licences',
    coordinates: [
      'Subscriber.status',
      'Play.playedAt',
      'Invoice.totalAmount',
      'PaymentMethod.iban',
      'Licence.costAmount',
    ],
  },
  { persona: 'steward', refused: 'nothing', coordinates: [] },
];
