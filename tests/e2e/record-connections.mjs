// Loaded into every process of the demo before anything else: writes down each host that is connected to or looked up.
import { appendFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const file = process.env.RECORD_CONNECTIONS;
const require = createRequire(import.meta.url);
const net = require('node:net');
const dns = require('node:dns');
const dgram = require('node:dgram');

const record = (host) => appendFileSync(file, `${host}\n`);

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...parameters) {
  const [first, second] = Array.isArray(parameters[0]) ? parameters[0] : parameters;
  const options = typeof first === 'object' && first !== null ? first : { port: first, host: second };
  // A path is a socket of this machine: tsx has one between its processes.
  if (options.path === undefined) record(options.host ?? 'localhost');
  return connect.apply(this, parameters);
};

const send = dgram.Socket.prototype.send;
dgram.Socket.prototype.send = function (...parameters) {
  record(`udp ${parameters.find((each) => typeof each === 'string') ?? '?'}`);
  return send.apply(this, parameters);
};

for (const holder of [dns, dns.promises]) {
  for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) {
    const original = holder[name];
    holder[name] = function (host, ...rest) {
      record(host);
      return original.call(this, host, ...rest);
    };
  }
}
