/** Gets a JSON document from an identity provider, bounded in time and size, following no redirect. */
import { parseJson } from '../json/parse-json.ts';

const defaultLimits = Object.freeze({ ms: 5_000, bytes: 512 * 1024 });

/** @throws Error with a reason that may be logged */
export async function fetchJson(
  url: string,
  limits: Readonly<Record<'ms' | 'bytes', number>> = defaultLimits,
): Promise<unknown> {
  // A redirect would let whoever answers at a configured address name another one.
  const response = await fetch(url, {
    redirect: 'manual',
    headers: { accept: 'application/json' },
    // Also bounds the body, so that one byte a second comes to an end.
    signal: AbortSignal.timeout(limits.ms),
  }).catch((cause: unknown) => {
    throw new Error(`${url} cannot be reached (${reasonOf(cause)})`, { cause });
  });
  const body = response.body;
  if (response.status !== 200 || body === null) {
    await body?.cancel();
    throw new Error(`${url} answered with status ${response.status}`);
  }
  const bytes = await readBounded(body, limits.bytes);
  if (bytes === undefined) throw new Error(`${url} answered with more than ${limits.bytes} bytes`);
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new Error(`${url} did not answer with JSON`, { cause });
  }
}

/** `fetch` says `fetch failed`, and why in its cause: a code of the system or of TLS. */
function reasonOf(error: unknown): string {
  // Not `instanceof`: an error can come from another realm.
  const { cause, name }: { cause?: unknown; name?: unknown } = Object(error);
  const { code }: { code?: unknown } = Object(cause);
  return String(code ?? name);
}

/** Undefined: there are more. */
export async function readBounded(
  body: AsyncIterable<Uint8Array>,
  most: number,
): Promise<Buffer<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > most) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
