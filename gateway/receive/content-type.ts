/** The one content type that a request body may have: JSON in UTF-8 (GraphQL over HTTP §5.3). */
import { ClientError } from '../errors.ts';

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const parameter = new RegExp(`^[ \\t]*(${token})=(${token}|"(?:[^"\\\\]|\\\\.)*")[ \\t]*$`);
/** Between spaces and tabs, which are all the white space that a header has (RFC 9110 §5.6.3); `trim` takes away others too. */
const ours = /^[ \t]*application\/json[ \t]*$/i;

/**
 * A web page can send `text/plain`, forms and a missing type to other sites without asking; it cannot send this one.
 * @throws ClientError 415
 */
export function requireJson(contentType: string | undefined): void {
  if (contentType === undefined) throw unsupported('The request has no content-type.');
  const [type = '', ...parameters] = contentType.split(';');
  if (!ours.test(type)) throw unsupported('The content-type is not supported.');
  let charsets = 0;
  for (const text of parameters) {
    const [, name, value] = parameter.exec(text) ?? [];
    if (name === undefined || value === undefined) throw unsupported('The content-type cannot be read.');
    if (name.toLowerCase() !== 'charset') continue;
    charsets += 1;
    const isUtf8 = /^"?utf-8"?$/i.test(value);
    if (!isUtf8 || charsets > 1) throw unsupported('The only supported charset is utf-8.');
  }
}

/** A compressed body would be bounded only after it has been inflated. */
export function requireUncompressed(contentEncoding: string | undefined): void {
  if (contentEncoding === undefined || contentEncoding.toLowerCase() === 'identity') return;
  throw unsupported('A content-encoding is not supported.');
}

function unsupported(what: string): ClientError {
  return new ClientError(
    'BAD_USER_INPUT',
    `${what} Send the body uncompressed with content-type: application/json.`,
    {
      status: 415,
      headers: { 'accept-post': 'application/json' },
    },
  );
}
