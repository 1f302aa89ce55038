// Loaded into our gateway before anything else: counts what it signs and verifies, by either interface of Node, and tells it on request.
import { createRequire, syncBuiltinESMExports } from 'node:module';

const crypto = createRequire(import.meta.url)('node:crypto');
const counts = { sign: 0, verify: 0 };

for (const holder of [crypto, SubtleCrypto.prototype]) {
  for (const name of Object.keys(counts)) {
    const original = holder[name];
    holder[name] = function (...parameters) {
      counts[name] += 1;
      return original.apply(this, parameters);
    };
  }
}
syncBuiltinESMExports();
process.on('message', () => process.send(counts));
