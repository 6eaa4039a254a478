// The example of README.md is a program: it has 20 lines of work at most, and does what it says.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { AudioReceiver } from './audio-receiver.ts';
import { AudioSender } from './audio-sender.ts';
import { oggOpusClip, parseOggOpus } from './ogg-opus.ts';
import { Player } from './player.ts';
import { strongest, tone } from './testing/measure.ts';
import { PAYLOADS } from './testing/network.ts';
import { ToneSource } from './tone-source.ts';
import { keyTones } from './tones.ts';

type Send = (packet: Uint8Array) => void;
interface Example {
  call(
    toPhone: Send,
    toBrowser: Send,
    keep: Send,
  ): {
    readonly phone: AudioReceiver;
    readonly browser: AudioReceiver;
    step(nowMs: number): void;
    end(): { pressed: string; durationMs: number };
  };
}

const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
const [, example = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];

test('a phone with G.711 and a browser with Opus hear each other, keys and recording beside it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-readme-'));
  const program = join(folder, 'example.mts');
  const here = pathToFileURL(join(import.meta.dirname, 'index.ts')).href;
  writeFileSync(program, example.replace("'@parley/platform/media/audio'", `'${here}'`));
  const { call } = (await import(pathToFileURL(program).href)) as Example;
  rmSync(folder, { recursive: true });
  assert.ok(example.slice(example.indexOf('export')).trimEnd().split('\n').length <= 20);

  using atPhone = new AudioReceiver({ payloads: PAYLOADS, outRate: 8_000 });
  using atBrowser = new AudioReceiver({ payloads: PAYLOADS, outRate: 8_000 });
  let nowMs = 0;
  const file: Uint8Array[] = [];
  const { phone, browser, step, end } = call(
    (packet) => atPhone.receive(packet, nowMs),
    (packet) => atBrowser.receive(packet, nowMs),
    (bytes) => file.push(bytes),
  );
  using fromPhone = new AudioSender({ payloadType: 8, codec: 'PCMA', ssrc: 7, inRate: 8_000 });
  using fromBrowser = new AudioSender({ payloadType: 111, codec: 'opus', ssrc: 8, inRate: 48_000 });
  const keys = new ToneSource(keyTones('42#'), 8_000);
  const [low, high] = [tone(440, 8_000, 8_000), tone(1_000, 48_000, 48_000)];
  const [heardThere, heardBack] = [new Int16Array(8_000), new Int16Array(8_000)];
  const frame = new Int16Array(160);
  for (let index = 0; index < 100; index++, nowMs = index * 20) {
    const at = index % 50;
    if (index < 50) keys.pull(frame);
    else frame.set(low.subarray(at * 160, at * 160 + 160));
    phone.receive(fromPhone.next(frame, nowMs)!, nowMs);
    browser.receive(fromBrowser.next(high.subarray(at * 960, at * 960 + 960), nowMs)!, nowMs);
    step(nowMs);
    atBrowser.pull(heardThere.subarray(at * 160, at * 160 + 160), nowMs);
    atPhone.pull(heardBack.subarray(at * 160, at * 160 + 160), nowMs);
  }
  assert.ok(Math.abs(strongest(heardThere.subarray(2_000), 8_000).hz - 440) < 1);
  assert.ok(Math.abs(strongest(heardBack.subarray(2_000), 8_000).hz - 1_000) < 1);
  const { pressed, durationMs } = end();
  assert.deepEqual([pressed, durationMs], ['42#', 2_000]);
  const parsed = parseOggOpus(new Uint8Array(Buffer.concat(file)));
  assert.ok(parsed.ok);
  using player = new Player(oggOpusClip(parsed, 8_000), 8_000);
  const played = new Int16Array(16_000);
  for (let at = 0; at < played.length; at += 160) player.pull(played.subarray(at, at + 160));
  assert.ok(Math.abs(strongest(played.subarray(10_000, 15_000), 8_000).hz - 440) < 1);
});
