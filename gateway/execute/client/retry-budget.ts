/** How often requests may be sent again: a share of those that there are, so that a subgraph in trouble gets little more. */

/** Each request earns a tenth of a retry. */
const share = 0.1;
/** So many at most are saved up, and so many there are to begin with. */
const most = 10;

export class RetryBudget {
  #left = most;

  earn(): void {
    this.#left = Math.min(this.#left + share, most);
  }

  /** Whether there was one left. */
  spend(): boolean {
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
