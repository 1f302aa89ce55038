/** What audience serves that is no column: the search over all media, and the hours of a subscriber. */
import { badUserInput, batched, defineResolvers } from '@portcullis/kit';
import { isAbstractType } from 'graphql';
import { search } from './search.ts';

/** Hours are an exact quotient: PostgreSQL divides numerics, not floats. */
const hours = batched<string>('hours watched', async ({ session }, subscribers) => {
  const rows = await session.run({
    sql: `select subscriber_id as id, round(sum(seconds_watched) / 3600, 2) as hours
            from plays where subscriber_id = any(cast($1 as text[])) group by subscriber_id`,
    parameters: [[...subscribers]],
  });
  return new Map(rows.map((row) => [String(row['id']), String(row['hours'])]));
});

const most = 100;

export const resolvers = defineResolvers({
  Query: {
    search: async (_, { text, first }: { text: string; first: number }, { session, access }, { schema }) => {
      if (first < 1 || first > most) throw badUserInput(`search(first:) must be from 1 to ${most}`);
      const found = schema.getType('SearchResult');
      const types = isAbstractType(found) ? schema.getPossibleTypes(found).map(({ name }) => name) : [];
      // Which rows of another domain somebody may see is known there alone: of such types nothing is found here.
      const open = types.filter((type) => access.isOpen(type));
      const rows = await session.run(search(text, first, open));
      return rows.map((row) => ({ __typename: row['media_type'], id: row['id'] }));
    },
  },
  Subscriber: {
    hoursWatched: async ({ id }, _, context) => (await hours(context, String(id))) ?? '0.00',
  },
});
