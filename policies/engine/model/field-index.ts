/** Which fields a rule is about. */

import { printEntity } from '../read/entity-name.ts';
import type { Rule } from '../rule.ts';
import type { AccessModel, FieldEntity } from './model.ts';
import { fieldTarget } from './targets.ts';

export class FieldIndex {
  readonly #all: readonly FieldEntity[];
  readonly #members = new Map<string, FieldEntity[]>();

  constructor({ fields }: AccessModel) {
    this.#all = fields;
    for (const field of fields) {
      const { name, ancestors } = fieldTarget(field);
      for (const key of new Set([name, ...ancestors].map(printEntity))) {
        const known = this.#members.get(key);
        if (known === undefined) this.#members.set(key, [field]);
        else known.push(field);
      }
    }
  }

  /** As its head names them; of a domain's rule, those that it owns. */
  of({ resource, scope }: Pick<Rule, 'resource' | 'scope'>): readonly FieldEntity[] {
    const named = this.#named(resource);
    return scope === 'global' ? named : named.filter(({ owners }) => owners.includes(scope));
  }

  #named(head: Rule['resource']): readonly FieldEntity[] {
    if (head.kind === 'all') return this.#all;
    const members = this.#members.get(printEntity(head)) ?? [];
    return head.kind === 'in' ? members : members.filter(({ coordinate }) => coordinate === head.id);
  }
}
