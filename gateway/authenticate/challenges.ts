/** What is told to whoever sends no token, or one that does not count (RFC 6750 §3). */
import { ClientError } from '../errors.ts';

export interface Challenges {
  invalid(message: string): ClientError;
  missing(): ClientError;
}

/** RFC 7617: what sends no credentials before it is asked for them has to be asked in its scheme. */
const basic = ', Basic realm="portcullis", charset="UTF-8"';

/** @param offersBasic service tokens are accepted, also as the password of `Basic` */
export function challenges(offersBasic: boolean): Challenges {
  const more = offersBasic ? basic : '';
  const refusal = (message: string, challenge: string) =>
    new ClientError('UNAUTHENTICATED', message, { headers: { 'www-authenticate': `${challenge}${more}` } });
  return {
    invalid: (message) => refusal(message, 'Bearer realm="portcullis", error="invalid_token"'),
    missing: () =>
      refusal('An access token is required. Send it as authorization: Bearer.', 'Bearer realm="portcullis"'),
  };
}
