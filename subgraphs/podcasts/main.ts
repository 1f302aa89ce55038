/** The process of the subgraph podcasts: everything it serves is generated. */
import { serve } from '@portcullis/kit';

await serve({ folder: import.meta.dirname });
