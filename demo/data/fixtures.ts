/**
 * Rows with exact values that a number type too small, or a calendar too simple, would get wrong.
 * Tests and examples rely on them at every scale.
 */

/** 2^53 + 1: the first integer that a JSON number cannot hold. */
export const streamFixture = {
  index: 7,
  id: 'liv_0000008',
  peakViewers: 1_600_000,
  bytesDelivered: '9007199254740993',
} as const;

/** A rate of 38 digits: the widest that a 128-bit decimal holds. */
export const trackFixture = {
  index: 11,
  id: 'trk_0000012',
  playRate: '1.2345678901234567890123456789012345678',
  playRateCurrency: 'USD',
} as const;

/** Who has the fixed plays: never cancelled, signed up before all of them. */
export const subscriberFixture = { index: 0, id: 'sub_0000001' } as const;

/**
 * Plays around the two changes of the clocks of 2026 in Europe. In Berlin 29 March has 23 hours (02:00 to
 * 03:00 does not exist) and 25 October 25 (02:00 to 03:00 happens twice).
 */
export const playFixtures = [
  { id: 'ply_9000000001', playedAt: '2026-03-29T00:59:59.999999Z', local: '2026-03-29 01:59:59.999999' },
  { id: 'ply_9000000002', playedAt: '2026-03-29T01:00:00Z', local: '2026-03-29 03:00:00' },
  { id: 'ply_9000000003', playedAt: '2026-03-28T23:00:00Z', local: '2026-03-29 00:00:00' },
  { id: 'ply_9000000004', playedAt: '2026-03-29T21:59:59Z', local: '2026-03-29 23:59:59' },
  { id: 'ply_9000000005', playedAt: '2026-10-25T00:30:00Z', local: '2026-10-25 02:30:00' },
  { id: 'ply_9000000006', playedAt: '2026-10-25T01:30:00.000001Z', local: '2026-10-25 02:30:00.000001' },
  { id: 'ply_9000000007', playedAt: '2026-10-24T22:00:00Z', local: '2026-10-25 00:00:00' },
  { id: 'ply_9000000008', playedAt: '2026-10-25T22:59:59Z', local: '2026-10-25 23:59:59' },
] as const;
