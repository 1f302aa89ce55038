/**
 * What a caller says about its request beside the GraphQL in it: what it is for, and why the glass is to be broken. A header,
 * or an extension for who can send none (a WebSocket in a browser); nothing of it is believed here.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { badRequest } from './parameters.ts';

export interface Claimed {
  readonly purpose: string | undefined;
  readonly breakGlass: string | undefined;
}

interface Saying {
  readonly header: string;
  readonly extension: string;
  readonly form: RegExp;
  readonly hint: string;
}

/** Node puts several headers of a name into one, with commas: two purposes are none. */
const purpose: Saying = {
  header: 'purpose',
  extension: 'purpose',
  form: /^[\x21-\x2b\x2d-\x7e]{1,128}$/,
  hint: 'Send one name of a purpose.',
};

/** It is written to the log and the records: one line of text, and not much of it. */
const breakGlass: Saying = {
  header: 'break-glass',
  extension: 'breakGlass',
  form: /^(?=.*\S)[^\p{Cc}\p{Zl}\p{Zp}]{1,256}$/u,
  hint: 'Send the reason, a line of at most 256 characters.',
};

type Extensions = Readonly<Record<string, unknown>>;

/** @throws ClientError 400 */
export function claimedBy(headers: IncomingHttpHeaders, extensions: Extensions): Claimed {
  return { purpose: said(purpose, headers, extensions), breakGlass: said(breakGlass, headers, extensions) };
}

function said(
  { header, extension, form, hint }: Saying,
  headers: IncomingHttpHeaders,
  extensions: Extensions,
): string | undefined {
  const inHeader = headers[header];
  const inExtension = Object.hasOwn(extensions, extension) ? extensions[extension] : undefined;
  if (inHeader === undefined && inExtension === undefined) return undefined;
  if (inHeader !== undefined && inExtension !== undefined && inHeader !== inExtension)
    throw badRequest(`The header ${header} and extensions.${extension} differ. Send one of them.`);
  const value = inHeader ?? inExtension;
  if (typeof value === 'string' && form.test(value)) return value;
  const place = inHeader === undefined ? `extensions.${extension}` : `The header ${header}`;
  throw badRequest(`${place} is malformed. ${hint}`);
}
