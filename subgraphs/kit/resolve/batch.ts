/** Look-ups of a domain's own resolvers: all keys that a request asks for together make one call. */
import DataLoader from 'dataloader';
import type { SubgraphContext } from '../server/context.ts';

type Load<Value> = (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>;

/**
 * Declares a look-up once, for `resolvers.ts` to use per entity:
 * `const rates = batched('tax rates', ({session}, countries) => …); rates(context, 'DE')`.
 *
 * @param name unique in the domain
 * @param load answers a batch of distinct keys; a key that it leaves out is `undefined`
 */
export function batched<Value>(
  name: string,
  load: (context: SubgraphContext, keys: readonly string[]) => ReturnType<Load<Value>>,
): (context: SubgraphContext, key: string) => Promise<Value | undefined> {
  // The map of loaders belongs to one request, so nothing is shared between callers.
  const loaderName = `batch ${name}`;
  return (context, key) => {
    let loader = context.loaders.get(loaderName) as DataLoader<string, Value | undefined> | undefined;
    if (loader === undefined) {
      loader = new DataLoader(async (keys) => {
        const found = await load(context, keys);
        return keys.map((wanted) => found.get(wanted));
      });
      context.loaders.set(loaderName, loader);
    }
    return loader.load(key);
  };
}
