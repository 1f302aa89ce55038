/**
 * One keep-alive connection of a pool, with what undici's own client does not tell of it: which socket carries a request, and
 * whether it has carried one before.
 */
import type { Socket } from 'node:net';
import { type buildConnector, Client, type Dispatcher } from 'undici';

/** What a line carries; one at a time, for there is no pipelining. */
export interface Carried extends Dispatcher.DispatchHandler {
  carriedBy(line: Line): void;
}

export class Line extends Client {
  #socket: Socket | undefined;
  #served = 0;

  constructor(origin: URL, options: Client.Options, connector: buildConnector.connector) {
    super(origin, {
      ...options,
      connect: (target, callback) => {
        this.#served = 0;
        connector(target, (...result) => {
          this.#socket = result[1] ?? undefined;
          callback(...result);
        });
      },
    });
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (isCarried(handler)) handler.carriedBy(this);
    return super.dispatch(options, handler);
  }

  /** Whether the socket had served before: then its server closed it just as it was used again. */
  get usedBefore(): boolean {
    return this.#served > 0;
  }

  served(): void {
    this.#served += 1;
  }

  /**
   * Ends what is under way. Undici's own way of aborting keeps the request in its queue until there is a new connection, which
   * it makes for that alone: with a subgraph that hangs, one for every call that ran into its deadline.
   */
  cut(reason: Error): void {
    this.#socket?.destroy(reason);
  }
}

function isCarried(handler: Dispatcher.DispatchHandler): handler is Carried {
  return 'carriedBy' in handler;
}
