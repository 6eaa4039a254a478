import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';

const MODULE = JSON.stringify(new URL('process-signals.ts', import.meta.url).href);

/** Runs a program whose host records what happens to it. */
async function ended(body: string): Promise<{ code: number | null; output: string }> {
  const script = `
    const { runUntilStopped } = await import(${MODULE});
    const say = (text) => process.stdout.write(text + '\\n');
    const quiet = { debug() {}, info() {}, warn() {}, error(_fields, text) { say('error: ' + text); }, child: () => quiet };
    const host = { async stop(reason) { say('stop: ' + reason); } };
    ${body}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

test('a signal drains the host and ends the process with 0', async () => {
  const { code, output } = await ended(`
    const sockets = setInterval(() => {}, 1000);
    setImmediate(() => process.kill(process.pid, 'SIGTERM'));
    process.exitCode = await runUntilStopped(async () => host, quiet);
    clearInterval(sockets);`);
  assert.deepEqual([code, output], [0, 'stop: SIGTERM\n']);
});

test('a signal during the start stops the host when it has started', async () => {
  const { code, output } = await ended(`
    process.exitCode = await runUntilStopped(async () => {
      process.emit('SIGINT', 'SIGINT');
      say('started');
      return host;
    }, quiet);`);
  assert.deepEqual([code, output], [0, 'started\nstop: SIGINT\n']);
});

test('the same key press heard twice is one signal, a later second one ends the process at once', async () => {
  const { code, output } = await ended(`
    const hanging = { stop(reason) { say('stop: ' + reason); return new Promise(() => {}); } };
    setImmediate(() => {
      process.emit('SIGINT', 'SIGINT');
      process.emit('SIGINT', 'SIGINT');
      say('still here');
      const now = performance.now.bind(performance);
      performance.now = () => now() + 1000;
      process.emit('SIGINT', 'SIGINT');
    });
    setInterval(() => {}, 1000);
    await runUntilStopped(async () => hanging, quiet);`);
  assert.deepEqual([code, output], [130, 'stop: SIGINT\nstill here\n']);
});

test('an unexpected fault is logged, the host drained, and the process ends with 1', async () => {
  const { code, output } = await ended(`
    setImmediate(() => { throw new Error('surprise'); });
    process.exitCode = await runUntilStopped(async () => host, quiet);`);
  assert.equal(code, 1);
  assert.equal(output, 'error: Something unexpected happened; stopping.\nstop: an unexpected fault\n');
});

test('a promise nobody looked after is a fault too, even while the host starts', async () => {
  const { code, output } = await ended(`
    setInterval(() => {}, 1000);
    await runUntilStopped(() => { void Promise.reject(new Error('surprise')); return new Promise(() => {}); }, quiet);`);
  assert.deepEqual([code, /Something unexpected/.test(output)], [1, true]);
});

test('a start that fails is told to the caller', async () => {
  const { code, output } = await ended(`
    await runUntilStopped(() => Promise.reject(new Error('no')), quiet).catch((error) => say('refused: ' + error.message));`);
  assert.deepEqual([code, output], [0, 'refused: no\n']);
});
