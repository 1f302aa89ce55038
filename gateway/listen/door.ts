/** What the HTTP layer needs of a gateway: one door for requests, and what probes and subgraphs ask. */
import type { JSONWebKeySet } from 'jose';
import type { Login } from '../login/login.ts';
import type { HttpRequest, HttpResponse } from '../request.ts';
import type { Certificates } from '../secrets/certificates.ts';

export interface Door {
  /** Answers every request, refusals and faults included; rejects for none. */
  handle(http: HttpRequest): Promise<HttpResponse>;
  /** Answers requests for the schema as a text in the same way. */
  schema(http: HttpRequest): Promise<HttpResponse>;
  /**
   * Looks who opens a connection on which nothing has been asked yet, and calls `gone` once when it is not known any more.
   * Rejects for nobody.
   */
  attend(http: HttpRequest, gone: () => void): Promise<Attendance>;
  ready(): Readiness;
  /** The public keys of the tokens that subgraphs get. */
  jwks(): JSONWebKeySet;
  /** Undefined: nobody signs in to the explorer. */
  readonly login?: Login | undefined;
  /** By which clients know it; undefined: it answers over plain HTTP. */
  readonly tls?: Pick<Certificates, 'current' | 'onChange'> | undefined;
}

export interface Attendance {
  /** As of an answer: 401 for whose token does not count. */
  readonly status: number;
  /** The connection is closed. */
  leave(): void;
}

export interface Readiness {
  /** Whether a snapshot is served. */
  readonly ready: boolean;
  readonly generation: string | undefined;
  /** Version of the rules in force. */
  readonly policies: string | undefined;
  /** Why the newest source is not served, if it is not. */
  readonly refused: string | undefined;
  readonly subgraphs: readonly string[];
  /** Subgraphs to which nothing is sent. */
  readonly withheld: readonly string[];
  /** Settings whose files say something else by now than what is in force, since they cannot be used. */
  readonly refusedFiles: readonly string[];
}
