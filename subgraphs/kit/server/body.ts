/** The body of a request: its bytes, read within a limit, and the JSON in them. */
import type { IncomingMessage } from 'node:http';
import { BadRequest } from './answer.ts';

/** @throws BadRequest for another media type, bytes that are no UTF-8, and malformed JSON */
export function parseJson(headers: IncomingMessage['headers'], bytes: Buffer): unknown {
  const type = headers['content-type'] ?? '';
  if (!/^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i.test(type)) {
    throw new BadRequest(415, 'the body must be application/json in UTF-8');
  }
  if (headers['content-encoding'] !== undefined) {
    throw new BadRequest(415, 'the body must not be compressed');
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new BadRequest(400, 'the body is not valid JSON');
  }
}

/** @throws BadRequest for too many */
export async function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  // The rest is not read, so the connection cannot carry another request.
  const tooLarge = new BadRequest(413, `the body is larger than ${limit} bytes`, { connection: 'close' });
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving a plain `for await` would destroy the socket, and the answer with it.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length;
    if (size > limit) throw tooLarge;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
