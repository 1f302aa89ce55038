// Runs the file of a thread that is started from its TypeScript source: what `dist` has of it where that is the same, which
// takes a quarter of the time; else the source, by tsx, since `--import tsx` does nothing in a thread.
import { workerData } from 'node:worker_threads';
import { isBuilt } from '../../built.mjs';

const house = new URL('../../', import.meta.url).href;

if (isBuilt()) {
  await import(workerData.file.replace(house, `${house}dist/`).replace(/\.ts$/, '.js'));
} else {
  const { register } = await import('tsx/esm/api');
  register();
  await import(workerData.file);
}
