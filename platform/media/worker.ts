// The thread of media: sockets and time for PacketPath, and its commands by message. Started and watched by engine.ts.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { nodeCipher } from '@parley/protocol/rtp/node-cipher';
import { chooseUdpHub } from '../net/udp-best.ts';
import { prepareMusic } from './audio/index.ts';
import type { FromWorker, ToWorker, WorkerOptions, WorkerReply } from './messages.ts';
import { loadNativeCipher } from './native-cipher.ts';
import { ADVANCE_MS, PacketPath, TICK_MS } from './path/packet-path.ts';
import { openSoundDesk } from './path/sounds.ts';

const options = workerData as WorkerOptions;
const port = parentPort!;
const say = (message: FromWorker) => port.postMessage(message);
const tell = (legId: string, what: Extract<FromWorker, { kind: 'happened' }>['what']) =>
  say({ kind: 'happened', legId, what });
const now = () => performance.now();
const MUSIC_PAUSE_MS = 2;

const [udp, native] = await Promise.all([chooseUdpHub(), loadNativeCipher()]);
const path = await PacketPath.open({
  ...options,
  identity: {
    certificate: new X509Certificate(options.certificate),
    privateKey: createPrivateKey(options.privateKey),
  },
  cipher: native.ok ? native.cipher : nodeCipher,
  open: udp.open,
  sounds: await openSoundDesk(tell),
  now,
  unix: () => Date.now(),
  tell,
});

let ticking: NodeJS.Timeout | undefined;
let dueMs = 0;

/** Ticks while there is something to do, by the clock: what the loop was late for is made up. */
function tick(): void {
  const nowMs = now();
  // After a long stop nobody wants to hear what was missed.
  if (nowMs - dueMs > 10 * TICK_MS) dueMs = nowMs;
  for (; dueMs <= nowMs; dueMs += TICK_MS) path.tick();
  if (path.needsTicks) ticking = setTimeout(tick, Math.max(1, dueMs - now()));
  else ticking = undefined;
}

function wake(): void {
  if (ticking !== undefined || !path.needsTicks) return;
  dueMs = now();
  tick();
}

setInterval(() => path.advance(), ADVANCE_MS);
// Before anybody holds a call; meanwhile calls begin.
void prepareMusic(() => pause(MUSIC_PAUSE_MS));

port.on('message', async ({ id, command }: ToWorker) => {
  const reply: WorkerReply =
    command.kind === 'start'
      ? { ok: true, port: path.browserPort, udp: udp.kind }
      : await path.handle(command);
  say({ kind: 'reply', id, reply });
  wake();
});
