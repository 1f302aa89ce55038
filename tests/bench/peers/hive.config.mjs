// Hive Gateway, its own planner or that of its Rust router; requests in flight are de-duplicated, inwards and outwards, or not.
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';

const deduplicates = process.env.BENCH_HIVE_DEDUPLICATES === 'yes';

export const gatewayConfig = {
  ...(process.env.BENCH_HIVE_PLANNER === 'rust' && { unifiedGraphHandler }),
  inboundInflightRequestDeduplication: deduplicates,
  transportEntries: { '*.http': { options: { deduplicateInflightRequests: deduplicates } } },
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }) => {
      const authorization = request.headers.get('authorization');
      return authorization === null ? {} : { authorization };
    },
  },
  logging: 'error',
};
