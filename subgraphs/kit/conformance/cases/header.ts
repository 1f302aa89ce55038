/** What the header says beside algorithm and key. */
import { bad, header, type TokenCase } from '../token-case.ts';

const TYPE = 'Compare typ with "txntoken+jwt", letter by letter; a library may take other spellings.';
const CRIT = 'Refuse a header that has crit or b64: no extension is in use.';

export const headers: readonly TokenCase[] = [
  bad('typ.jwt', 'typ JWT', TYPE, header({ typ: 'JWT' })),
  bad('typ.access-token', 'an access token (typ at+jwt)', TYPE, header({ typ: 'at+jwt' })),
  bad('typ.missing', 'a token without typ', TYPE, header({ typ: undefined })),
  bad('typ.capitals', 'typ in capitals', TYPE, header({ typ: 'TXNTOKEN+JWT' })),
  bad('typ.prefix', 'typ with application/', TYPE, header({ typ: 'application/txntoken+jwt' })),
  bad('crit.unknown', 'an unknown critical extension', CRIT, header({ crit: ['policy'], policy: 'x' })),
  bad('crit.claim', 'a claim’s name as a critical extension', CRIT, header({ crit: ['exp'], exp: 1 })),
  bad('crit.empty', 'an empty crit', CRIT, header({ crit: [] })),
  bad('crit.b64', 'crit b64 with b64 true', CRIT, header({ crit: ['b64'], b64: true })),
  bad(
    'crit.b64-false',
    'a payload that is not encoded (b64 false)',
    CRIT,
    header({ crit: ['b64'], b64: false }),
  ),
  bad('crit.b64-alone', 'b64 false without crit', CRIT, header({ b64: false })),
];
