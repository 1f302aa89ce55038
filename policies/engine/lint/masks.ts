/** Masks that leave something of what they mask, and of which one is the strictest. */

import { leafOf, type MaskFit, maskFitOf, typeNameOf } from '../model/mask-fit.ts';
import type { FieldEntity } from '../model/model.ts';
import type { MaskRule, Rule } from '../rule.ts';
import { areRivals, printMask } from '../views/masks.ts';
import type { Lint, LintedBundle } from './linted.ts';
import { problemOf } from './problem-of.ts';

const place = { annotation: 'mask' };

interface Masking {
  readonly rule: Rule;
  readonly mask: MaskRule;
  readonly fields: readonly FieldEntity[];
}

function maskingIn({ rules, index }: LintedBundle): readonly Masking[] {
  return rules.flatMap((rule) =>
    rule.obligation?.kind === 'mask' ? [{ rule, mask: rule.obligation.mask, fields: index.of(rule) }] : [],
  );
}

/** A field that cannot be null, and of which the mask leaves nothing, would take its whole object along. */
export const masksFit: Lint = function* (bundle) {
  const { supergraph } = bundle;
  for (const { rule, mask, fields } of maskingIn(bundle)) {
    for (const { coordinate } of fields) {
      const leaf = leafOf(supergraph, coordinate);
      if (leaf?.isNonNull !== true || maskFitOf(mask, supergraph, coordinate) !== 'null') continue;
      const message = `\`@mask("${printMask(mask)}")\` leaves nothing of ${coordinate}, which is ${leaf.name} and never null`;
      const advice = 'make the field nullable, or take a mask that fits its type';
      yield problemOf(rule, place, { message, advice });
    }
  }
};

const misfits: readonly (readonly [MaskFit, what: string, advice: string])[] = [
  [
    'null',
    'shows null of',
    'take a mask that fits the type, or say by a rule with `@mask("null")` that it is meant',
  ],
  [
    'dates',
    'shows null of each value that is no date, of',
    'make the field a Date or a DateTime, or take another mask',
  ],
  [
    'denied',
    'denies, since objects have no masked form,',
    'mask the fields of the object, or forbid it without a mask',
  ],
];

/** Nothing leaks, and yet the rule does not do what it says. */
export const masksShowSomething: Lint = function* (bundle) {
  const { supergraph } = bundle;
  const all = maskingIn(bundle);
  const isMeant = new Set(all.flatMap(({ mask, fields }) => (mask.kind === 'null' ? fields : [])));
  for (const { rule, mask, fields } of all) {
    for (const [fit, what, advice] of misfits) {
      const found = fields.filter(
        (field) =>
          maskFitOf(mask, supergraph, field.coordinate) === fit &&
          !(
            fit === 'null' &&
            (isMeant.has(field) || leafOf(supergraph, field.coordinate)?.isNonNull === true)
          ),
      );
      if (found.length === 0) continue;
      const names = found.map(({ coordinate }) => `${coordinate} (${typeNameOf(supergraph, coordinate)})`);
      const message = `\`@mask("${printMask(mask)}")\` ${what} ${names.join(', ')}`;
      yield problemOf(rule, place, { message, advice, severity: 'warning' });
    }
  }
};

/** Of two masks of one rank neither is stricter. */
export const maskConflicts: Lint = function* (bundle) {
  const all = maskingIn(bundle);
  for (const [at, { rule, mask, fields }] of all.entries()) {
    for (const { rule: other, mask: otherMask, fields: others } of all.slice(0, at)) {
      if (!areRivals(mask, otherMask) || !shareAction(rule, other)) continue;
      const covered = new Set(others);
      const both = fields.find((field) => covered.has(field));
      if (both === undefined) continue;
      const message = `masks ${both.coordinate} with \`${printMask(mask)}\`, and ${other.id} (${other.file}:${other.line}) with \`${printMask(otherMask)}\`: neither is stricter`;
      const advice = 'use one mask in both, or a stricter one in one of them';
      yield problemOf(rule, place, { message, advice });
    }
  }
};

function shareAction({ actions: one }: Rule, { actions: other }: Rule): boolean {
  return one === undefined || other === undefined || [...one].some((each) => other.has(each));
}
