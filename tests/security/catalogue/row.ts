/** A row of the catalogue, and the files that rows name most. */

export interface Row {
  readonly id: string;
  readonly way: string;
  /** Test file, and a part of a title in it. */
  readonly shown: readonly (readonly [file: string, title: string])[];
}

export function row(id: string, way: string, ...shown: Row['shown']): Row {
  return { id, way, shown };
}

export const access = 'gateway/access.test.ts';
export const attacks = 'gateway/attacks.test.ts';
export const authenticate = 'gateway/authenticate/authenticate.test.ts';
export const canaries = 'tests/security/canaries.test.ts';
export const cells = 'tests/security/same-cells.test.ts';
export const change = 'tests/security/engine-and-change.test.ts';
export const columns = 'subgraphs/kit/access/denied-columns.test.ts';
export const composition = 'tests/security/composition.test.ts';
export const demo = 'tests/integration/access.test.ts';
export const directives = 'policies/engine/directives.test.ts';
export const doors = 'tests/security/doors.test.ts';
export const edges = 'tests/security/edges.test.ts';
export const fuzz = 'tests/security/fuzz.test.ts';
export const groups = 'subgraphs/kit/access/minimum-groups.test.ts';
export const http = 'tests/security/http.test.ts';
export const identity = 'tests/security/identity.test.ts';
export const keySource = 'gateway/authenticate/key-source.test.ts';
export const keys = 'gateway/authenticate/keys.test.ts';
export const kitRefusals = 'subgraphs/kit/identity/refusals.test.ts';
export const leaks = 'tests/security/leaks.test.ts';
export const lists = 'subgraphs/kit/resolve/lists.test.ts';
export const principals = 'tests/security/principals.test.ts';
export const refusals = 'tests/security/refusals.test.ts';
export const replay = 'tests/security/replay.test.ts';
export const revoked = 'gateway/revoked.test.ts';
export const rows = 'subgraphs/kit/access/row-filters.test.ts';
export const rules = 'gateway/rules.test.ts';
export const security = 'subgraphs/kit/migrate/row-security.test.ts';
export const served = 'gateway/listen/server.test.ts';
export const session = 'subgraphs/kit/database/request-session.test.ts';
export const sharing = 'tests/security/sharing.test.ts';
export const socket = 'gateway/listen/socket/socket.test.ts';
export const sockets = 'tests/security/sockets.test.ts';
export const streams = 'tests/security/streams.test.ts';
export const subscriptions = 'gateway/subscriptions.test.ts';
export const tokens = 'tests/security/tokens.test.ts';
export const visibility = 'tests/security/visibility.test.ts';
export const noNearly = 'no mutated token gets in';
export const noRandom = 'no random operation under random rules';
