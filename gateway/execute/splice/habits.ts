/**
 * A subgraph that writes JSON in another form, such as with spaces, does so always: to begin with its bytes each time would be
 * in vain each time. A program that has fallen back so often in a row is tried on bytes now and then only.
 */
import type { SpliceProgram } from '../../program.ts';

/** Fallbacks in a row until then. */
const patience = 8;
/** From then on, one of so many. */
const seldom = 64;

export class Habits {
  readonly #fallbacks = new WeakMap<SpliceProgram, { inARow: number; passed: number }>();

  isWorthwhile(program: SpliceProgram): boolean {
    const known = this.#fallbacks.get(program);
    if (known === undefined || known.inARow < patience) return true;
    known.passed += 1;
    return known.passed % seldom === 0;
  }

  worked(program: SpliceProgram): void {
    this.#fallbacks.delete(program);
  }

  fellBack(program: SpliceProgram): void {
    const known = this.#fallbacks.get(program);
    if (known === undefined) this.#fallbacks.set(program, { inARow: 1, passed: 0 });
    else known.inARow += 1;
  }
}
