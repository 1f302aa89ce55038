/** One request and its reply, at the lowest layer of undici: what the load costs is not left for the gateway. */
import { type Client, errors } from 'undici';

export interface Sent {
  readonly path: string;
  readonly body: string;
  readonly token: string;
}

export interface Reply {
  readonly status: number;
  readonly bytes: number;
  /** Only where it was wanted. */
  readonly text: string | undefined;
}

export function exchange(client: Client, { path, body, token }: Sent, wanted: boolean): Promise<Reply> {
  return new Promise((resolve, reject) => {
    let status = 0;
    let bytes = 0;
    const chunks: Buffer[] = [];
    client.dispatch(
      {
        path,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          authorization: `Bearer ${token}`,
        },
        body,
      },
      {
        onRequestStart() {},
        onResponseStart(_, code) {
          status = code;
        },
        onResponseData(_, chunk) {
          bytes += chunk.length;
          if (wanted) chunks.push(chunk);
        },
        onResponseEnd() {
          resolve({ status, bytes, text: wanted ? Buffer.concat(chunks).toString() : undefined });
        },
        onResponseError(_, error) {
          reject(error ?? new errors.UndiciError('the reply was cut'));
        },
      },
    );
  });
}
