/** A token in the making: texts and bytes rather than values, so that it can be wrong in what a value cannot say. */

/** Both sides as they are written in JSON. */
export type Member = readonly [name: string, value: string];

export interface Draft {
  head: Member[];
  body: Member[];
  /** From the text of a part to its bytes. */
  bytes: (text: string, part: 'head' | 'body') => Buffer;
  /** From bytes to a part of the token. */
  encode: (bytes: Buffer) => string;
  /** Over what is signed, from what would be right. */
  sign: (input: string) => string;
  /** Puts the parts together. */
  join: (parts: readonly [head: string, body: string, signature: string]) => string;
  /** From the token to the value of its header. */
  send: (token: string) => string;
}

export function membersOf(value: Readonly<Record<string, unknown>>): Member[] {
  return Object.entries(value).map(([name, each]) => [JSON.stringify(name), JSON.stringify(each)]);
}

function printed(members: readonly Member[]): string {
  return `{${members.map(([name, value]) => `${name}:${value}`).join(',')}}`;
}

/** The value of the header. */
export function finished({ head, body, bytes, encode, sign, join, send }: Draft): string {
  const parts = [encode(bytes(printed(head), 'head')), encode(bytes(printed(body), 'body'))] as const;
  return send(join([...parts, sign(parts.join('.'))]));
}
