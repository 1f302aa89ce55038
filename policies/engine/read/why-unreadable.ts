/** Why a file or folder cannot be read, for whoever named it. */

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'it is no folder',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
};

export function whyUnreadable(cause: unknown): string {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  return reasons[code] ?? String(cause);
}
