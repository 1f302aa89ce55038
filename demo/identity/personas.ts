/** The five made-up people and programs of the demo. Anonymous is the sixth: whoever sends no token. */

export interface Persona {
  readonly name: string;
  /** What it is for, as shown to people. */
  readonly description: string;
  readonly scopes: readonly string[];
}

const everything = [
  'catalog:read',
  'audience:read',
  'audience:pii',
  'billing:read',
  'billing:payments',
  'licensing:read',
  'live:rights',
];

export const personas: readonly Persona[] = Object.freeze([
  {
    name: 'analyst',
    description: 'a BI client: the catalogue, who plays what, and revenue; no personal data, no payments',
    scopes: ['catalog:read', 'audience:read', 'billing:read'],
  },
  {
    name: 'support',
    description: 'helps subscribers: the catalogue and subscribers with their personal data; no money',
    scopes: ['catalog:read', 'audience:read', 'audience:pii'],
  },
  {
    name: 'clerk',
    description:
      'keeps the books: the catalogue, invoices and payment methods; of subscribers only their ids',
    scopes: ['catalog:read', 'billing:read', 'billing:payments'],
  },
  {
    name: 'partner',
    description:
      'an event partner: the catalogue and the rights of live streams; nothing of audience or billing',
    scopes: ['catalog:read', 'live:rights'],
  },
  {
    name: 'steward',
    description: 'answers for the whole graph: everything that anybody may read',
    scopes: everything,
  },
]);

/** Every scope that the identity provider knows. */
export const scopes: readonly string[] = everything;
