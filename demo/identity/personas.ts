/** The five made-up people and programs of the demo. Anonymous is the sixth: whoever sends no token. */

/** What the provider says of somebody in an access token, under the names that demo/gateway.yaml maps. */
export interface Claims {
  readonly kind: 'human' | 'service' | 'bi';
  readonly roles?: readonly string[];
  readonly teams?: readonly string[];
  /** What somebody may state as the purpose of a request. */
  readonly purposes: readonly string[];
  /** What a request is for that states nothing. */
  readonly purpose?: string;
  readonly clearance: number;
  readonly region?: string;
  readonly markets?: readonly string[];
  readonly break_glass?: boolean;
}

export interface Persona {
  readonly name: string;
  /** What it is for, as shown to people. */
  readonly description: string;
  /** What the person has let the application do on their behalf. */
  readonly scopes: readonly string[];
  readonly claims: Claims;
}

/** Every client may ask the gateway. (One whose list is empty gets whatever it names: oidc-provider has no "nothing".) */
const query = 'graph:query';
const payments = 'billing:payments';

/** Every scope that the identity provider knows. */
export const scopes: readonly string[] = [query, payments];

export const personas: readonly Persona[] = Object.freeze([
  {
    name: 'analyst',
    description:
      'a BI client: the catalogue, revenue, and totals of plays, subscribers and invoices; no rows of persons',
    scopes: [query],
    claims: {
      kind: 'bi',
      roles: ['employee', 'analyst'],
      purposes: ['product_analytics'],
      clearance: 2,
    },
  },
  {
    name: 'support',
    description: 'helps subscribers: the catalogue, and subscribers with what they played; no money',
    scopes: [query],
    claims: {
      kind: 'human',
      roles: ['employee', 'support-agent'],
      purposes: ['customer_support', 'service_quality'],
      purpose: 'customer_support',
      clearance: 3,
    },
  },
  {
    name: 'clerk',
    description:
      'keeps the books: the catalogue, invoices and payment methods; of subscribers only their ids',
    scopes: [query, payments],
    claims: {
      kind: 'human',
      roles: ['employee', 'billing-clerk'],
      purposes: ['billing_operations', 'fraud_prevention'],
      purpose: 'billing_operations',
      clearance: 3,
    },
  },
  {
    name: 'partner',
    description:
      'an event partner in EMEA: the catalogue, and the live streams of that region with their rights',
    scopes: [query],
    claims: {
      kind: 'human',
      teams: ['rights-partners'],
      purposes: ['rights_management'],
      clearance: 2,
      region: 'EMEA',
    },
  },
  {
    name: 'steward',
    description:
      'answers for the whole graph: everything that anybody may read, persons by pseudonyms; may break the glass',
    scopes: [query, payments],
    claims: {
      kind: 'human',
      roles: ['employee', 'data-steward'],
      purposes: ['data_governance'],
      clearance: 3,
      break_glass: true,
    },
  },
] satisfies readonly Persona[]);
