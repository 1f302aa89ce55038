/** How lines stand out on a terminal that can show it; anywhere else they are as they were written. */

export interface Style {
  readonly heading: (text: string) => string;
  /** What somebody has to do something about. */
  readonly alarm: (text: string) => string;
  /** What only machines read, or few people. */
  readonly quiet: (text: string) => string;
}

/** `hasColors` knows NO_COLOR and what a terminal says of itself; files and pipes do not have it. */
export function styleFor(stream: { readonly hasColors?: () => boolean }): Style {
  return stream.hasColors?.() === true ? styled : plain;
}

/** ECMA-48 §8.3.117, bold and faint, which 22 ends, and red, which 39 ends. */
const styled: Style = Object.freeze({
  heading: (text: string) => `\u001b[1m${text}\u001b[22m`,
  alarm: (text: string) => `\u001b[1;31m${text}\u001b[22;39m`,
  quiet: (text: string) => `\u001b[2m${text}\u001b[22m`,
});

const same = (text: string) => text;
const plain: Style = Object.freeze({ heading: same, alarm: same, quiet: same });
