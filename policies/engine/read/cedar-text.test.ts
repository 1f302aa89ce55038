import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { policyToJson } from '../cedar.ts';
import { cedarString, lineAt, splitPolicies } from './cedar-text.ts';

/** Whatever looks like the end of a policy, and is not. */
const tricky = fc
  .array(fc.constantFrom(';', '}', '{', '"', '\\', '//', '\n', ')', '@id("x")', 'when', 'a', 'é', '😀', '\t'))
  .map((parts) => parts.join(''));
const comment = tricky.map((text) => `//${text.replaceAll('\n', ' ')}\n`);
const gap = fc
  .array(fc.oneof(fc.constantFrom(' ', '\n', '\r\n', '\t'), comment))
  .map((parts) => `${parts.join('')} `);

const clause = fc.record({
  kind: fc.constantFrom('when', 'unless'),
  literal: tricky.map(cedarString),
  gaps: fc.tuple(gap, gap, gap),
});
const policy = fc
  .record({
    id: tricky,
    effect: fc.constantFrom('permit', 'forbid'),
    clauses: fc.array(clause, { maxLength: 3 }),
    gaps: fc.tuple(gap, gap, gap),
  })
  .map(({ id, effect, clauses, gaps: [first, second, third] }) => {
    const written = clauses.map(
      ({ kind, literal, gaps: [a, b, c] }) => `${kind}${a}{${b}principal.tenant == ${literal}${c}}`,
    );
    const text = `@id(${cedarString(id)})${first}${effect}${second}(principal, action, resource)${third}${written.join(' ')};`;
    return { text, clauses: clauses.map(({ literal }) => `principal.tenant == ${literal}`) };
  });

const lineOf = (text: string, at: number) => text.slice(0, at).split(/\r\n|\r|\n/).length;

describe('splitting a file into policies', () => {
  it('keeps every policy, its line and its clauses, whatever comments and strings hold', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(gap, policy)), gap, (parts, rest) => {
        const source = parts.map(([before, { text }]) => before + text).join('') + rest;
        const found = splitPolicies(source);
        expect(found.map(({ text }) => text)).toEqual(parts.map(([, { text }]) => text));
        let at = 0;
        for (const [index, [, { text, clauses }]] of parts.entries()) {
          at = source.indexOf(text, at);
          expect(found[index]?.line).toBe(lineOf(source, at));
          expect(found[index]?.clauses).toEqual(clauses);
          expect(policyToJson(text).type).toBe('success');
          at += text.length;
        }
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  it('loses nothing of what is no Cedar, so that somebody is told', () => {
    const insignificant = /("(?:\\[\s\S]|[^"\\])*(?:"|\\?$))|\/\/[^\n\r]*|\s+/g;
    const significant = (text: string) =>
      text.replaceAll(insignificant, (_, literal: string = '') => literal);
    fc.assert(
      fc.property(tricky, (source) => {
        const all = splitPolicies(source).map(({ text }) => text);
        expect(significant(all.join('\n'))).toBe(significant(source));
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  it('finds the line of a place that Cedar counts in bytes', () => {
    const [policyText] = splitPolicies('\n\npermit (principal, action,\nresource) when { "é😀" ==\n 1 };');
    const byte = Buffer.byteLength('permit (principal, action,\nresource) when { "é😀" ==\n ');
    expect(policyText && lineAt(policyText, byte)).toBe(5);
  });
});

describe('a string of Cedar', () => {
  it('is what was given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const parsed = policyToJson(`@id(${cedarString(text)}) permit (principal, action, resource);`);
        expect(parsed).toMatchObject({ type: 'success', json: { annotations: { id: text } } });
      }),
      { seed: 4 },
    );
  });
});
