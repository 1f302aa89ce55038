/** The process of the subgraph live. */
import { serve } from '@portcullis/kit';
import { resolvers } from './resolvers.ts';

await serve({ folder: import.meta.dirname, resolvers });
