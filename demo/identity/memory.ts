/** The store of oidc-provider, in memory: client credentials and signed tokens leave nothing worth keeping. */

/** Its interface is oidc-provider's `Adapter`; one is made for each kind of thing. */
export class MemoryStore {
  readonly #entries = new Map<string, { readonly payload: object; readonly until: number }>();

  async upsert(id: string, payload: object, expiresIn: number | undefined): Promise<void> {
    const seconds = expiresIn ?? Number.POSITIVE_INFINITY;
    this.#entries.set(id, { payload, until: Date.now() + seconds * 1000 });
  }

  async find(id: string): Promise<object | undefined> {
    const entry = this.#entries.get(id);
    if (entry !== undefined && Date.now() < entry.until) return entry.payload;
    this.#entries.delete(id);
    return undefined;
  }

  async findByUid(): Promise<undefined> {}

  async findByUserCode(): Promise<undefined> {}

  async consume(): Promise<void> {}

  async destroy(id: string): Promise<void> {
    this.#entries.delete(id);
  }

  async revokeByGrantId(): Promise<void> {}
}
