/** How many calls there were lately and how many of them failed: a sliding window in slices, constant in space and time. */

const slices = 10;

export interface Window {
  readonly calls: number;
  readonly failures: number;
  record(failed: boolean, now: number): void;
  clear(): void;
}

export function createWindow(windowMs: number): Window {
  const sliceMs = windowMs / slices;
  const callsOf = new Uint32Array(slices);
  const failuresOf = new Uint32Array(slices);
  let calls = 0;
  let failures = 0;
  /** The slice of the last record, counted from the clock's zero. */
  let last = 0;

  function clear() {
    callsOf.fill(0);
    failuresOf.fill(0);
    calls = 0;
    failures = 0;
  }

  function moveTo(slice: number) {
    if (slice - last >= slices) clear();
    for (let passed = Math.max(last, slice - slices) + 1; passed <= slice; passed += 1) {
      const index = passed % slices;
      calls -= callsOf[index] ?? 0;
      failures -= failuresOf[index] ?? 0;
      callsOf[index] = 0;
      failuresOf[index] = 0;
    }
    last = slice;
  }

  return {
    get calls() {
      return calls;
    },
    get failures() {
      return failures;
    },
    record(failed, now) {
      const slice = Math.floor(now / sliceMs);
      if (slice > last) moveTo(slice);
      const index = last % slices;
      callsOf[index] = (callsOf[index] ?? 0) + 1;
      calls += 1;
      if (!failed) return;
      failuresOf[index] = (failuresOf[index] ?? 0) + 1;
      failures += 1;
    },
    clear,
  };
}
