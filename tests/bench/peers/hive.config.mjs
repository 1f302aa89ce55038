// Hive Gateway with the planner and executor of its Rust router; the one thing that the benchmark varies is de-duplication.
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';

export const gatewayConfig = {
  ...(process.env.BENCH_HIVE_PLANNER === 'rust' && { unifiedGraphHandler }),
  inboundInflightRequestDeduplication: process.env.BENCH_HIVE_DEDUPLICATES === 'yes',
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }) => {
      const authorization = request.headers.get('authorization');
      return authorization === null ? {} : { authorization };
    },
  },
  logging: 'error',
};
