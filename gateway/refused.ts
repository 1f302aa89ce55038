/** What is refused to somebody who is known: recorded with what was tried, though the client is told no more than of any other refusal. */
import { ClientError, type ClientErrorOptions, type ErrorCode } from './errors.ts';
import type { Decision, KnownRequest } from './request.ts';

export type Attempt =
  | { readonly kind: 'operation'; readonly decision: Decision }
  /** Of what was not granted: a purpose, or to break the glass. */
  | { readonly kind: 'purpose' | 'breakGlass'; readonly known: KnownRequest };

export class Refused extends ClientError {
  readonly attempt: Attempt;

  constructor(code: ErrorCode, message: string, options: ClientErrorOptions & { readonly attempt: Attempt }) {
    super(code, message, options);
    this.attempt = options.attempt;
  }
}
