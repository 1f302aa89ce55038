/** What can be done with a field. */
export const actions = ['read', 'filter', 'aggregate', 'mutate', 'subscribe'] as const;

export type Action = (typeof actions)[number];
