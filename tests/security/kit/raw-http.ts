/** HTTP as bytes: what no client library would send. */
import { connect } from 'node:net';

/** All that is answered until the connection ends, for which the text has to ask. */
export function sendRaw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text, 'latin1'));
    let answer = '';
    socket.setEncoding('latin1');
    socket.on('data', (piece: string) => {
      answer += piece;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}

/** A request for a query, with these lines among its headers. */
export function queryWith(lines: readonly string[], query = '{ me { name } }'): string {
  const body = JSON.stringify({ query });
  const own = ['host: a', 'content-type: application/json', `content-length: ${Buffer.byteLength(body)}`];
  return `POST /graphql HTTP/1.1\r\n${[...own, ...lines].join('\r\n')}\r\n\r\n${body}`;
}
