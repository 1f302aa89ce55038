/** The store of oidc-provider in memory, which keeps sessions as well. */
declare module 'oidc-provider/lib/adapters/memory_adapter.js' {
  export function createMemoryAdapter(): (model: string) => object;
}
