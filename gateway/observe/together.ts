/** Tells two listeners of the same events. */
import type { Observers } from './observers.ts';

type Tell = (event: never) => void;

/** The second one may leave out events: those cost nothing more. */
export function together(first: Observers, second: Partial<Observers>): Observers {
  const shared = Object.entries(second).map(([name, tell]): [string, Tell] => [
    name,
    both(first[name as keyof Observers], tell),
  ]);
  return Object.freeze({ ...first, ...Object.fromEntries(shared) });
}

function both(one: Tell, other: Tell): Tell {
  return (event) => {
    one(event);
    other(event);
  };
}
