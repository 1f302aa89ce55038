/** How lines stand out on a terminal that can show it; anywhere else they are as they were written. */

export interface Style {
  readonly heading: (text: string) => string;
  /** What only machines read, or few people. */
  readonly quiet: (text: string) => string;
}

/** `hasColors` knows NO_COLOR and what a terminal says of itself; files and pipes do not have it. */
export function styleFor(stream: { readonly hasColors?: () => boolean }): Style {
  return stream.hasColors?.() === true ? styled : plain;
}

/** ECMA-48 §8.3.117, bold and faint; 22 ends either. */
const styled: Style = Object.freeze({
  heading: (text: string) => `\u001b[1m${text}\u001b[22m`,
  quiet: (text: string) => `\u001b[2m${text}\u001b[22m`,
});

const plain: Style = Object.freeze({ heading: (text: string) => text, quiet: (text: string) => text });
