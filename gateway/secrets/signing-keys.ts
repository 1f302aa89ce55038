/**
 * Which key signs now, and which ones are published: read again when the file changes, so that a key is exchanged without
 * a restart and without a request that a subgraph refuses.
 */
import type { JSONWebKeySet } from 'jose';
import { followFile } from '../files/follow-file.ts';
import { readSigningKeys, type SigningKey, type SigningKeyOptions } from './signing-key.ts';

export interface SigningKeys {
  /** The one that signs at this moment. */
  current(): SigningKey;
  /** Public halves, as `/.well-known/jwks.json` has them. */
  published(): JSONWebKeySet;
  /** Why the file as it is now is not in force, if it is not. */
  refusal(): string | undefined;
  close(): void;
}

export interface SigningKeyEvents {
  /** Other keys are published from now on; `signing` is the id of the one that signs. */
  readonly changed: (event: { readonly signing: string; readonly published: readonly string[] }) => void;
  /** The file cannot be used: what was in force stays in force. */
  readonly refused: (event: { readonly reason: string }) => void;
}

/** Milliseconds: longer than subgraphs wait between two looks at the published keys, and than gateways need to see the file. */
const publishedFor = 10_000;

/**
 * The first key of the file signs. A new one is published before it signs, as long as its predecessor is still in the file; a
 * predecessor that is not, is withdrawn at once: it may be in other hands.
 * @throws InternalError naming the file and what to do
 */
export async function openSigningKeys(
  options: SigningKeyOptions,
  events: SigningKeyEvents,
  publishedForMs = publishedFor,
): Promise<SigningKeys> {
  const readAt = Date.now();
  let keys = await readSigningKeys(options);
  let signing = keys[0];
  let switching: NodeJS.Timeout | undefined;

  const sign = (key: SigningKey) => {
    signing = key;
    events.changed({ signing: signing.kid, published: keys.map(({ kid }) => kid) });
  };
  const read = async () => {
    keys = await readSigningKeys({ ...options, createIfMissing: false });
    clearTimeout(switching);
    const [first] = keys;
    const before = keys.find(({ kid }) => kid === signing.kid);
    sign(before ?? first);
    if (signing.kid !== first.kid) switching = setTimeout(() => sign(first), publishedForMs).unref();
  };

  const file = options.signingKey;
  const refused = (reason: string) => events.refused({ reason });
  const followed = file === undefined ? undefined : followFile({ file, since: readAt, read, refused });
  return {
    current: () => signing,
    published: () => ({ keys: keys.map(({ publicKey }) => publicKey) }),
    refusal: () => followed?.refusal(),
    close() {
      clearTimeout(switching);
      followed?.close();
    },
  };
}
