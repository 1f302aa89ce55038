/** Where subgraphs are: one pool of keep-alive connections for each origin, and each URL taken apart once. */
import { Pool } from 'undici';
import { Leaving } from '../leaving.ts';
import { createConnector } from './connector.ts';
import { Line } from './line.ts';
import type { SubgraphClientOptions } from './options.ts';

/** Longest time to connect: a host that drops packets is known by then. */
const connectMs = 5_000;

/**
 * How long a connection rests without a word of the server about it: below what common servers keep (uvicorn 5 s), since a
 * mutation that meets a connection just closed cannot be sent again. Undici heeds the server's `Keep-Alive` where there is one.
 */
const restMs = 4_000;

export interface Endpoint {
  /** Another one when there are other certificates. */
  readonly pool: Pool;
  /** With its query string. */
  readonly path: string;
}

export interface Origins {
  /** @throws TypeError if it is no URL of a server. */
  endpoint(url: string): Endpoint;
  /** Every connection ends, those included that are being made. */
  close(): Promise<void>;
}

type Limits = Pick<SubgraphClientOptions, 'timeoutMs' | 'connections' | 'tls'>;

interface Changing extends Endpoint {
  pool: Pool;
}

export function createOrigins({ timeoutMs, connections, tls }: Limits): Origins {
  /** Both are bounded by the supergraphs that were served. */
  const pools = new Map<string, Pool>();
  const endpoints = new Map<string, Changing>();
  const leaving = new Leaving();
  const connector = createConnector(Math.min(timeoutMs, connectMs), tls);

  function poolOf(origin: string): Pool {
    const known = pools.get(origin);
    if (known !== undefined) return known;
    const pool = new Pool(origin, {
      factory: (url, options) => new Line(url, options, connector.connect),
      connections,
      pipelining: 1,
      keepAliveTimeout: restMs,
      // The deadline of a call bounds the whole of it; these would bound its parts.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    pools.set(origin, pool);
    return pool;
  }

  function renew(): void {
    connector.renew();
    for (const [origin, pool] of pools) {
      if (!origin.startsWith('https:')) continue;
      pools.delete(origin);
      leaving.add(pool);
    }
    for (const [url, endpoint] of endpoints) endpoint.pool = poolOf(new URL(url).origin);
  }
  tls?.onChange(renew);

  return {
    endpoint(url) {
      const known = endpoints.get(url);
      if (known !== undefined) return known;
      const { origin, pathname, search } = new URL(url);
      const endpoint = { pool: poolOf(origin), path: pathname + search };
      endpoints.set(url, endpoint);
      return endpoint;
    },
    async close() {
      connector.close();
      await Promise.all([...pools.values(), leaving].map((pool) => pool.destroy()));
    },
  };
}
