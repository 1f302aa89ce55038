import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';

/** A caller of Cedar, hot enough to be optimised, and then a call during which what it was optimised for ceases to be so. */
const program = `
  import { register } from 'tsx/esm/api';
  register();
  const { preparsePolicySet, statefulIsAuthorized } = await import(process.argv[1]);
  preparsePolicySet('any', { staticPolicies: { any: 'permit(principal, action, resource);' } });
  class Constant { constructor(value) { this.value = value; } }
  const constant = new Constant(1);
  let isLast = false;
  const principal = { type: 'Principal', get id() { if (isLast) constant.value = 'another'; return 'somebody'; } };
  const request = { principal, action: { type: 'Action', id: 'act' }, resource: { type: 'Resource', id: 'it' },
    context: {}, preparsedPolicySetId: 'any', entities: [] };
  function hot() { const before = constant.value; return [before, statefulIsAuthorized(request).type, constant.value]; }
  for (let times = 0; times < 20_000; times++) hot();
  isLast = true;
  console.log(hot().join(' '));
`;

it('is called without ending the process where its caller is deoptimised meanwhile', async () => {
  const cedar = new URL('cedar.ts', import.meta.url).href;
  const args = ['--input-type=module', '-e', program, cedar];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname });
  expect(stdout).toBe('1 success another\n');
});
