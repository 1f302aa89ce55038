/** Cedar, as everything here calls it: nothing else imports its WebAssembly. */
import { setFlagsFromString } from 'node:v8';

// V8 of Node 20 ends the process when optimised code that has a call of WebAssembly inlined is
// deoptimised during that call and a reference is what the call returns, as all calls of Cedar do.
setFlagsFromString('--no-turbo-inline-js-wasm-calls');

export type * from '@cedar-policy/cedar-wasm/nodejs';
export {
  formatPolicies,
  policyToJson,
  preparsePolicySet,
  statefulIsAuthorized,
  validate,
} from '@cedar-policy/cedar-wasm/nodejs';
