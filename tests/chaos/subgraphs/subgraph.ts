/** A subgraph over HTTP that keeps its port when it is restarted, and spoils a part of its replies. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type SubgraphName, subgraphSchema } from '../graph/graph.ts';
import type { Random } from '../random.ts';
import { Answers } from './answers.ts';
import { drawFault, type Fault } from './faults.ts';
import type { Ledger } from './ledger.ts';
import { send } from './reply.ts';
import { publishVisits } from './visits.ts';

export class Subgraph {
  readonly name: SubgraphName;
  readonly #ledger: Ledger;
  readonly #random: Random;
  readonly #answers: Answers;
  readonly #schema;
  #server: Server | undefined;
  #port = 0;
  /** Of connections, in all its lives. */
  #open = 0;

  constructor(name: SubgraphName, ledger: Ledger, random: Random) {
    this.name = name;
    this.#ledger = ledger;
    this.#random = random;
    this.#answers = new Answers(name);
    this.#schema = subgraphSchema(name);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/graphql`;
  }

  get connections(): number {
    return this.#open;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#serve(request, response));
    server.on('connection', (socket) => {
      this.#open += 1;
      socket.once('close', () => {
        this.#open -= 1;
      });
    });
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address === 'object' && address !== null) this.#port = address.port;
    this.#server = server;
  }

  /** As a process that is killed: its connections end in the midst of what they carry. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  async restart(downMs: number): Promise<void> {
    const from = Date.now();
    await this.stop();
    await sleep(downMs);
    await this.start();
    this.#ledger.restarts.push({ subgraph: this.name, from, to: Date.now() });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await textOf(request);
    if (text === undefined) return;
    const heard = { subgraph: this.name, requestId: String(request.headers['x-request-id']), text };
    this.#ledger.hear(heard);
    if (request.headers.accept === 'text/event-stream') {
      this.#ledger.streams += 1;
      if (await publishVisits(response, this.#schema, text, this.#random))
        this.#ledger.note('stream cut', heard);
      return;
    }
    this.#ledger.requests += 1;
    const fault = drawFault(this.#random);
    if (fault !== undefined) this.#ledger.note(fault, heard);
    await send(response, await this.#answer(text, fault), fault, this.#random);
  }

  /** A mutation is applied before anything goes wrong: then sending it again would show. */
  #answer(text: string, fault: Fault | undefined): Promise<string> {
    const isMutation = /"query":"\s*mutation/.test(text);
    if (!isMutation && fault !== 'field error') return this.#answers.of(text);
    let failing = fault === 'field error' ? this.#random.below(12) : Number.POSITIVE_INFINITY;
    return this.#answers.made(text, {
      resolving: (type, { key }) => {
        if (type === 'Mutation') this.#ledger.apply(`${this.name} ${key}`);
        failing -= 1;
        if (failing === -1) throw new Error('this field failed');
      },
    });
  }
}

/** Undefined: the gateway has ended the request before it was there. */
async function textOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}
