/** The operations of each snapshot, read once. */
import { LRUCache } from 'lru-cache';
import type { Operation } from '../program.ts';
import type { Snapshot } from '../request.ts';
import { type ParseLimits, readOperation, type SentDocument } from './read.ts';

/** Characters of documents that are kept for each snapshot. */
const cacheSize = 8 * 1024 * 1024;

export interface KnownOperation {
  readonly sent: SentDocument;
  readonly operation: Operation;
}

/**
 * By the document's text and the chosen operation, nothing of the caller: what is kept is the same for everybody, since
 * no decision about access has been made yet. Only valid documents are kept, and only as long as their snapshot.
 */
export class Operations {
  readonly #limits: ParseLimits;
  readonly #bySnapshot = new WeakMap<Snapshot, LRUCache<string, Operation>>();

  constructor(limits: ParseLimits) {
    this.#limits = limits;
  }

  /** @throws ClientError if it is none that can be executed */
  of(sent: SentDocument, snapshot: Snapshot): Operation {
    const key = keyOf(sent);
    const known = this.#bySnapshot.get(snapshot)?.get(key);
    if (known !== undefined) return known;
    const operation = readOperation(sent, snapshot, this.#limits);
    this.#keptFor(snapshot).set(key, operation);
    return operation;
  }

  /** Those that are kept; the last used comes first. */
  knownIn(snapshot: Snapshot): readonly KnownOperation[] {
    const kept = this.#bySnapshot.get(snapshot);
    return [...(kept?.entries() ?? [])].map(([key, operation]) => ({ sent: sentOf(key), operation }));
  }

  #keptFor(snapshot: Snapshot): LRUCache<string, Operation> {
    const known = this.#bySnapshot.get(snapshot);
    if (known !== undefined) return known;
    const operations = new LRUCache<string, Operation>({
      maxSize: cacheSize,
      sizeCalculation: ({ key }, text) => key.length + text.length,
    });
    this.#bySnapshot.set(snapshot, operations);
    return operations;
  }
}

/** The length tells where the name ends, whatever it holds. */
function keyOf({ query, operationName }: SentDocument): string {
  return operationName === undefined ? `-${query}` : `${operationName.length} ${operationName}${query}`;
}

function sentOf(key: string): SentDocument {
  if (key.startsWith('-')) return { query: key.slice(1), operationName: undefined };
  const name = key.indexOf(' ') + 1;
  const query = name + Number(key.slice(0, name));
  return { query: key.slice(query), operationName: key.slice(name, query) };
}
