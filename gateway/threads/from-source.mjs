// Runs the file of a thread from its TypeScript source: `--import tsx` does nothing in a thread.
import { workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
await import(workerData.file);
