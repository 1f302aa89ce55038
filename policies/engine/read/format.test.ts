import { expect, it } from '@jest/globals';
import { formatPolicyText } from './format.ts';

it('puts a file into the form of Cedar, with its comments, once and for all', () => {
  const text = `// Before.
@id("global.a") permit(principal,action,resource) // Beside.
when { // Within.
  principal.clearance>2 };
// After.
`;
  const formatted = formatPolicyText(text);
  expect(formatted).toBe(`// Before.
@id("global.a")
permit (principal, action, resource) // Beside.
when
{ // Within.
  principal.clearance > 2
};
// After.
`);
  expect(formatPolicyText(formatted)).toBe(formatted);
});

it('leaves alone what is no Cedar', () => {
  expect(() => formatPolicyText('permit (principal, action, resource')).toThrow('unexpected end of input');
});
