/** The process of the subgraph music: everything it serves is generated. */
import { serve } from '@portcullis/kit';

await serve({ folder: import.meta.dirname });
