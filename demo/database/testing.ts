/** A fresh database for a test, on the server that the suite was started with. */
import { randomBytes } from 'node:crypto';
import { provision, unprovision } from './provision.ts';

export interface TestDatabase {
  /** The owner's URL: makes tables. */
  readonly ownerUrl: string;
  /** The serving role's URL: reads them. */
  readonly appUrl: string;
  /** Removes the database and its roles, whoever is connected. */
  drop(): Promise<void>;
}

/** Makes an empty database with the two roles of a domain. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const admin = suiteServer();
  const name = `portcullis_test_${randomBytes(6).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  const { ownerUrl, appUrl } = await provision({ admin, name, password: async () => password });
  return { ownerUrl, appUrl, drop: () => unprovision(admin, name) };
}

/** The administrator's URL of the suite's server; Jest's global setup starts one where none is given. */
export function suiteServer(): string {
  const url = process.env['DATABASE_URL'];
  if (url === undefined) throw new Error('No database: run the tests through npm test, or set DATABASE_URL.');
  return url;
}
