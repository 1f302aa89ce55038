/** Whether a caller's statements can name a guarded column: then they run as the role that may read them. */
import { type Domain, tableEntities } from '../model/domain.ts';
import type { Access } from './access.ts';

export function usesGuarded(domain: Domain, access: Access): boolean {
  if (domain.guarded.size === 0) return false;
  return tableEntities(domain).some((entity) => {
    const guarded = domain.guarded.get(entity.table.name);
    if (guarded === undefined) return false;
    const isUsed = [...entity.columns.values()].some(
      ({ column, field }) => guarded.has(column) && access.mayUse(entity.name, field),
    );
    // Rows are filtered, and persons counted, by columns that the caller itself may not use.
    const isFilteredBy = access.testsOf(entity).some((test) => 'column' in test && guarded.has(test.column));
    const isCountedBy =
      access.visible(entity).minimum(entity.columns.keys()) > 1 &&
      entity.product?.subject.some(({ column }) => guarded.has(column)) === true;
    return isUsed || isFilteredBy || isCountedBy;
  });
}
