// How GraphiQL asks: each request with a token of its own accord, and never with a cookie that would speak for somebody.
/* global GraphiQL, graphqlWs */

/** `refused` is told when the token does not count any more. */
export function createFetcher({ tokenOf, refused }) {
  const authorization = async () => {
    const token = await tokenOf();
    return token === undefined ? {} : { authorization: `Bearer ${token}` };
  };
  const wsClient = graphqlWs.createClient({
    url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
    connectionParams: authorization,
  });
  const fetch = GraphiQL.createFetcher({
    url: '/graphql',
    enableIncrementalDelivery: false,
    wsClient,
    async fetch(url, { headers, ...init }) {
      const response = await globalThis.fetch(url, {
        ...init,
        // A browser that is asked for Basic would ask the person, and remember what it is told.
        credentials: 'omit',
        headers: {
          accept: 'application/graphql-response+json, application/json;q=0.9',
          ...(await authorization()),
          ...headers,
        },
      });
      if (response.status === 401) await refused();
      return response;
    },
  });
  return { fetch, dispose: () => void wsClient.dispose() };
}
