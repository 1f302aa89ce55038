/** What is revoked, looked up by exact equality: nothing is folded, cut or put together to a key on which two could meet. */
import { type Entries, instantOf } from './entries.ts';

/** What of a token it can be revoked by. */
export interface Bearer {
  readonly issuer: string;
  readonly subject: string;
  readonly clientId: string | undefined;
  /** Its `jti`. */
  readonly tokenId: string | undefined;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
}

interface Bar {
  /** Milliseconds since the epoch: what was issued earlier is refused. */
  readonly before: number;
  /** For the log. */
  readonly told: string;
}

type Bars = ReadonlyMap<string, Bar>;
type BarsByIssuer = ReadonlyMap<string, Bars>;

export class Revoked {
  /** Names of subgraphs to which nothing is sent. */
  readonly products: ReadonlySet<string>;
  /** By issuer, since when the keys that were fetched before do not count. */
  readonly keys: ReadonlyMap<string, string>;
  /** Issuers that are named, to tell those that nobody knows. */
  readonly issuers: ReadonlySet<string>;
  readonly size: number;
  readonly #issuers: Bars;
  readonly #principals: BarsByIssuer;
  readonly #tokens: BarsByIssuer;
  readonly #clients: Bars;
  readonly #clientsOfIssuers: BarsByIssuer;

  constructor({ tokens, principals, clients, issuers, products, keys }: Entries) {
    this.products = new Set(products.map(({ product }) => product));
    this.keys = latest(keys);
    this.#issuers = bars('the issuer', issuers, ({ issuer }) => issuer);
    this.#principals = byIssuer('the principal', principals, ({ subject }) => subject);
    this.#tokens = byIssuer('the token', tokens, ({ jti }) => jti);
    const [anyIssuer, oneIssuer] = [clients.filter((each) => !isOfIssuer(each)), clients.filter(isOfIssuer)];
    this.#clients = bars('the client', anyIssuer, ({ client }) => client);
    this.#clientsOfIssuers = byIssuer('the client', oneIssuer, ({ client }) => client);
    const named = [...issuers, ...principals, ...tokens, ...oneIssuer, ...keys];
    this.issuers = new Set(named.map(({ issuer }) => issuer));
    this.size = named.length + anyIssuer.length + products.length;
  }

  /** Why such a token does not count, for the operator alone; undefined: it does. */
  reasonAgainst({ issuer, subject, clientId, tokenId, issuedAt }: Bearer): string | undefined {
    return (
      told(this.#issuers.get(issuer), issuedAt) ??
      told(this.#principals.get(issuer)?.get(subject), issuedAt) ??
      (tokenId === undefined ? undefined : told(this.#tokens.get(issuer)?.get(tokenId), issuedAt)) ??
      (clientId === undefined
        ? undefined
        : (told(this.#clients.get(clientId), issuedAt) ??
          told(this.#clientsOfIssuers.get(issuer)?.get(clientId), issuedAt)))
    );
  }
}

export const nothingRevoked = new Revoked({
  tokens: [],
  principals: [],
  clients: [],
  issuers: [],
  products: [],
  keys: [],
});

function told(bar: Bar | undefined, issuedAt: number): string | undefined {
  return bar !== undefined && issuedAt * 1000 < bar.before ? bar.told : undefined;
}

interface Noted {
  readonly before?: string;
  readonly reason?: string;
}

/** Of several entries about the same, the one that shuts out most. */
function bars<Each extends Noted>(
  what: string,
  entries: readonly Each[],
  nameOf: (entry: Each) => string,
): Bars {
  const found = new Map<string, Bar>();
  for (const entry of entries) {
    const name = nameOf(entry);
    const bar = barOf(what, entry);
    const known = found.get(name);
    if (known === undefined || known.before < bar.before) found.set(name, bar);
  }
  return found;
}

function byIssuer<Each extends Noted & { readonly issuer: string }>(
  what: string,
  entries: readonly Each[],
  nameOf: (entry: Each) => string,
): BarsByIssuer {
  const issuers = new Map<string, Each[]>();
  for (const entry of entries) {
    const others = issuers.get(entry.issuer);
    if (others === undefined) issuers.set(entry.issuer, [entry]);
    else others.push(entry);
  }
  return new Map([...issuers].map(([issuer, those]) => [issuer, bars(what, those, nameOf)]));
}

function barOf(what: string, { before, reason }: Noted): Bar {
  const instant = before === undefined ? undefined : instantOf(before);
  const since = before === undefined ? '' : ` for tokens from before ${before}`;
  const why = reason === undefined ? '' : `: ${reason}`;
  return { before: instant ?? Number.POSITIVE_INFINITY, told: `${what} is revoked${since}${why}` };
}

function isOfIssuer<Each extends { readonly issuer?: string }>(
  entry: Each,
): entry is Each & { readonly issuer: string } {
  return entry.issuer !== undefined;
}

function latest(keys: Entries['keys']): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { issuer, at } of keys) {
    const known = found.get(issuer);
    if (known === undefined || (instantOf(known) ?? 0) < (instantOf(at) ?? 0)) found.set(issuer, at);
  }
  return found;
}
