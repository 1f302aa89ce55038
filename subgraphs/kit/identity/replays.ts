/**
 * Tokens that are good once, and were taken: each is remembered for as long as it could be sent again, by a clock that nobody
 * sets. By that of the machine, whoever can put it forth and back would have all of them forgotten.
 */

/** Ids in each of two halves. Only what the gateway has signed gets here. */
const MOST = 200_000;
/** The longest that a token can hold from when it is first taken: its life, and what the gateway's clock may be ahead. */
const LONGEST_MS = 35_000;

export interface Replays {
  /** Takes it; a word for the log if it cannot be taken. */
  reasonAgainst(tokenId: string): string | undefined;
}

/**
 * Of this process: another one does not know what was taken here.
 * @param now milliseconds since whenever
 */
export function createReplays(now = () => performance.now(), most: number = MOST): Replays {
  let recent = new Set<string>();
  let former = new Set<string>();
  let since = now();
  return {
    reasonAgainst(tokenId) {
      const time = now();
      if (time - since >= LONGEST_MS) {
        former = time - since < 2 * LONGEST_MS ? recent : new Set();
        recent = new Set();
        since = time;
      }
      if (recent.has(tokenId) || former.has(tokenId)) return 'the token has been used';
      // Whoever could not be remembered could come again.
      if (recent.size >= most) return 'too many tokens to remember';
      recent.add(tokenId);
      return undefined;
    },
  };
}
