/** Says on standard error how far a long work has come, and nothing of a short one. */

/** How long it is quiet at first, and between two lines; ms. */
const QUIET_MS = 1_000;

export function progressOf(what: string): (done: number, all: number) => void {
  let said = performance.now();
  return (done, all) => {
    if (performance.now() - said < QUIET_MS) return;
    said = performance.now();
    process.stderr.write(`${done} of ${all} ${what}…\n`);
  };
}
