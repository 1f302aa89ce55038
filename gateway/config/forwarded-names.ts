/** The headers of clients that are looked at to be sent on, to whichever subgraph. */
import type { GatewayConfig } from '../config.ts';

export function forwardedNames({ forwardHeaders }: Pick<GatewayConfig, 'forwardHeaders'>): readonly string[] {
  return [...new Set(Object.values(forwardHeaders).flat())].sort();
}
