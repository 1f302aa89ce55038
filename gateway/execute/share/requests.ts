/**
 * Outbound: one request to a subgraph for all who send the same at the same moment with the same token and the same headers. The token names the
 * caller, the purpose, the snapshot and the obligations, so nothing is shared between callers or purposes.
 */
import type { SubgraphCall, SubgraphReply } from '../client/call.ts';
import type { SubgraphClient } from '../client/client.ts';
import { nothingWithheld, type Withheld } from '../withheld.ts';
import { Flights } from './flights.ts';

/** Characters of a body: longer ones are hardly ever the same, and to compare them costs more. */
const longest = 1_024;

/** Tokens live half a minute at most; those that have ended go when there are so many. */
const mostTokens = 1_000;

const left = async (): Promise<SubgraphReply> => ({ outcome: 'cancelled', status: undefined });

export function sharingRequests(
  client: SubgraphClient,
  withheld: Pick<Withheld, 'has'> = nothingWithheld,
): SubgraphClient {
  /** By token, and so by caller, subgraph and snapshot. */
  const underway = new Map<string, Flights<SubgraphReply>>();

  function share(call: SubgraphCall, body: string, token: string): Promise<SubgraphReply> {
    let flights = underway.get(token);
    if (flights === undefined) {
      // What is forgotten is only not joined.
      if (underway.size >= mostTokens) underway.clear();
      flights = new Flights<SubgraphReply>(left);
      underway.set(token, flights);
    }
    // Each of the two is one JSON value, so that no other pair has their text.
    const key = call.forwarded === undefined ? body : `${JSON.stringify(call.forwarded)}${body}`;
    return flights.share(key, call.signal, () => client.send(call));
  }

  return {
    send(call) {
      const { body, headers, repeatable, shareable } = call;
      const token = headers['txn-token'];
      // Whoever asks after an effect has to see it.
      if (!repeatable) return client.send(call).finally(() => underway.clear());
      if (!shareable || typeof body !== 'string' || body.length > longest || token === undefined)
        return client.send(call);
      // What was sent before is no answer for whoever asks now.
      if (withheld.has(call.subgraph)) return client.send(call);
      return share(call, body, token);
    },
    close: () => client.close(),
    state: () => client.state(),
  };
}
