/** What live serves that is no column: the artist of a concert, and the viewers of a stream as they change. */
import { defineResolvers } from '@portcullis/kit';

/** Nobody reads faster, and everything in between is told with the next. */
const everyMs = 250;

export const resolvers = defineResolvers({
  Stream: {
    headliner: ({ headlinerId, headlinerName }) =>
      headlinerId === null ? null : { __typename: 'Artist', id: headlinerId, name: headlinerName },
  },
  Subscription: {
    viewers: {
      async *subscribe(_, { streamId }: { streamId: string }, { listen }) {
        for await (const _change of listen('viewer_counts', { only: streamId, everyMs })) yield { streamId };
      },
    },
  },
});
