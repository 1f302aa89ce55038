/** What the HTTP layer needs of a gateway: one door for requests, and what probes and subgraphs ask. */
import type { JSONWebKeySet } from 'jose';
import type { HttpRequest, HttpResponse } from '../request.ts';

export interface Door {
  /** Answers every request, refusals and faults included; rejects for none. */
  handle(http: HttpRequest): Promise<HttpResponse>;
  ready(): Readiness;
  /** The public keys of the tokens that subgraphs get. */
  jwks(): JSONWebKeySet;
}

export interface Readiness {
  /** Whether a snapshot is served. */
  readonly ready: boolean;
  readonly generation: string | undefined;
  /** Why the newest source is not served, if it is not. */
  readonly refused: string | undefined;
  readonly subgraphs: readonly string[];
}
