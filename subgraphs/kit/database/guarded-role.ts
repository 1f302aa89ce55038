/** The role that may read guarded columns: the serving role's name with an ending. */

const ENDING = '_guarded';

export function guardedName(servingRole: string): string {
  return `${servingRole}${ENDING}`;
}

/** Of the role that a URL connects as. */
export function guardedRole(url: string): string {
  return guardedName(decodeURIComponent(new URL(url).username));
}
