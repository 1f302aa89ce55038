/** Reads a request's body, and no more of it than may count. */
import type { IncomingMessage } from 'node:http';

const empty = Buffer.alloc(0);

/**
 * At most one byte beyond `limit`, by which `receive` sees that it is too large; the rest is read and dropped, so that
 * the client gets to read the answer instead of a connection reset.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = () => {
      request.off('data', take);
      request.resume();
      const [only = empty] = chunks;
      resolve(chunks.length < 2 ? only : Buffer.concat(chunks));
    };
    const take = (chunk: Buffer) => {
      chunks.push(size + chunk.length > limit ? chunk.subarray(0, limit + 1 - size) : chunk);
      size += chunk.length;
      if (size > limit) finish();
    };
    request.on('data', take);
    request.once('end', finish);
    request.once('error', reject);
  });
}
