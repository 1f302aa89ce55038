/** The bounds of subscriptions. */

export interface SubscriptionSettings {
  /**
   * The most subscriptions of this process at a time, the most WebSockets whose upgrade has a token, and the most of those that
   * bring it later.
   */
  readonly most: number;
  /** The longest that one may last: whoever subscribes again is decided on again. */
  readonly longestMs: number;
  /** How often the other side hears of us where there is no event. */
  readonly pingMs: number;
  /** The longest that a WebSocket may take to say who it is. */
  readonly initMs: number;
  /** The longest that a reader may read nothing of what is ready for it. */
  readonly stallMs: number;
}

export const DEFAULT_SUBSCRIPTION_SETTINGS: SubscriptionSettings = Object.freeze({
  most: 1_000,
  longestMs: 3_600_000,
  pingMs: 12_000,
  initMs: 3_000,
  stallMs: 30_000,
});
