/**
 * A request asks for another protocol with `upgrade`, and where Node has anybody to ask it hands over all of them. Only
 * WebSockets are meant: some clients offer HTTP/2 with every request (`upgrade: h2c`, RFC 7540 §3.2), and want an answer.
 */
import { IncomingMessage } from 'node:http';

const asking = new WeakSet<IncomingMessage>();

export class Incoming extends IncomingMessage {
  get upgrade(): boolean {
    if (!asking.has(this)) return false;
    // CONNECT asks too, and gets nothing.
    return this.method === 'CONNECT' || this.headers.upgrade?.toLowerCase() === 'websocket';
  }

  /** Set by Node's parser: the request has `upgrade` and `connection: upgrade`. */
  set upgrade(asks: boolean | null) {
    if (asks === true) asking.add(this);
    else asking.delete(this);
  }
}
