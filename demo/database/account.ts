/** The account that runs the server where we are root, which PostgreSQL refuses to be. */
import { execFileSync } from 'node:child_process';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export function nobody(): Account {
  try {
    // macOS numbers nobody 4294967294, which spawn wants as the signed -2.
    const number = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' })) | 0;
    return { uid: number('-u'), gid: number('-g') };
  } catch (cause) {
    throw new Error(
      'PostgreSQL does not run as root, and there is no account "nobody" to run it as. Start as an ordinary user, or set DATABASE_URL.',
      { cause },
    );
  }
}
