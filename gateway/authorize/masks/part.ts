/** `last:n`, `first:n`: so many characters of a text, and a star for each of the others. */

/** Of a text that has no more than these, nothing is shown. */
export function ending(count: number, redacted: string): (text: string) => string {
  return (text) => {
    const characters = [...text];
    const hidden = characters.length - count;
    if (count === 0 || hidden <= 0) return redacted;
    return '*'.repeat(hidden) + characters.slice(hidden).join('');
  };
}

export function beginning(count: number, redacted: string): (text: string) => string {
  return (text) => {
    const characters = [...text];
    const hidden = characters.length - count;
    if (count === 0 || hidden <= 0) return redacted;
    return characters.slice(0, count).join('') + '*'.repeat(hidden);
  };
}
