/** Says, from wherever it turns out, that an answer can be had by the object tree only. */

export const onlyTree = Symbol('only the object tree can do this');

export function unlessOnlyTree<T>(compile: () => T): T | undefined {
  try {
    return compile();
  } catch (thrown) {
    if (thrown === onlyTree) return undefined;
    throw thrown;
  }
}
