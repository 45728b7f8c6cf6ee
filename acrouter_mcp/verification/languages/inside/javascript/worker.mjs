// The solution's process: loads modules and answers for them. It never sees a test.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Peer } from './wire.mjs';

const job = JSON.parse(fs.readFileSync(0, 'utf8'));
const exit = process.exit.bind(process);
const loaded = new Map();
globalThis.__acrouter_locals = (name, names) => loaded.set(name, names);

async function load(file) {
  const place = path.resolve(file);
  try {
    const module = file.endsWith('.cjs') ? createRequire(place)(place) : await import(pathToFileURL(place).href);
    const esm = !file.endsWith('.cjs');
    const holder = module !== null && (typeof module === 'object' || typeof module === 'function') ? module : {};
    return [true, esm, module, Object.keys(holder), loaded.get(file) ?? {}];
  } catch (error) {
    return [false, String(error?.code ?? ''), error];
  }
}

const peer = new Peer({ calls: job.calls, events: job.events, guarded: false, served: { load } });
peer.initiatesOnEvents = true;
if (job.console) {
  for (const method of ['log', 'info', 'warn', 'error', 'debug', 'table', 'dir', 'trace']) {
    console[method] = (...args) => peer.ask('console', {}, [method, ...args]);
  }
}
peer.listen(job.calls, () => exit(0));
peer.listen(job.events, () => exit(0));
process.on('unhandledRejection', () => {});
