/** How the operations written by hand ask a subgraph. */

// biome-ignore lint/suspicious/noExplicitAny: what comes is taken as it is, that is the point
export type Ask = (subgraph: string, query: string, variables?: unknown) => Promise<any>;
