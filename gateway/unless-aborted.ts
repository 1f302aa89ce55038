/** Waiting for what several may wait for: who has gone, or has waited too long, leaves; the others go on. */
import type { EndSignal } from './request.ts';

/** Rejects with the signal's reason as soon as it is aborted. */
export async function unlessAborted<Value>(made: Value | Promise<Value>, signal: EndSignal): Promise<Value> {
  if (!(made instanceof Promise)) return made;
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    void made.then(resolve, reject).then(() => signal.removeEventListener('abort', leave));
  });
}
