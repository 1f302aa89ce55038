/** Data products that are shut off: nothing is sent to their subgraphs, by whatever way. */

export interface Withheld {
  has(subgraph: string): boolean;
  /** @returns forgets the listener */
  onChange(listener: () => void): () => void;
}

export const nothingWithheld: Withheld = Object.freeze({ has: () => false, onChange: () => () => {} });
