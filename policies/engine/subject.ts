/** Who asks, and in which circumstances: all that rules can look at beside what is asked for. */

/** Values that no vocabulary declares are dropped before a rule is asked; what is missing has its default. */
export interface Subject {
  readonly kind: 'anonymous' | 'human' | 'service' | 'bi';
  /** `none` where nobody has said. */
  readonly purpose: string;
  readonly roles: ReadonlySet<string>;
  readonly teams: ReadonlySet<string>;
  readonly scopes: ReadonlySet<string>;
  readonly attributes: ReadonlyMap<string, string | number | readonly string[]>;
  /** Names of the subgraphs whose fields the caller is limited to, whatever rules permit; undefined: to none. */
  readonly products: ReadonlySet<string> | undefined;
}

export interface Circumstances {
  /** A zone of the vocabulary; what it does not declare, such as the empty text, counts as the first of its zones. */
  readonly zone: string;
  /** Of the day, by the gateway's clock, UTC: 0 to 23. */
  readonly hour: number;
  readonly breakGlass: boolean;
}
