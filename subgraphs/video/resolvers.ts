/** What video serves that is no column: the cost of a licence as money. */
import { defineResolvers } from '@portcullis/kit';

export const resolvers = defineResolvers({
  Licence: {
    cost: ({ costAmount, costCurrency }) =>
      costAmount === null ? null : { amount: costAmount, currency: costCurrency },
  },
});
