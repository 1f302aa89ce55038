/** What live serves that is no column: the artist of a concert, with the name that live knows. */
import { defineResolvers } from '@portcullis/kit';

export const resolvers = defineResolvers({
  Stream: {
    headliner: ({ headlinerId, headlinerName }) =>
      headlinerId === null ? null : { __typename: 'Artist', id: headlinerId, name: headlinerName },
  },
});
