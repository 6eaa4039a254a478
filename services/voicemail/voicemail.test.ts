// Mailboxes on real PostgreSQL and a real media host: what a front end left behind is collected and mailed; lists, marks, removal,
// greetings, retention.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { done, type EventOf, type Outcome } from '@parley/platform/contract';
import type { RunningService } from '@parley/platform/host';
import { loadOpus, Recorder, wavBytes, wavHead } from '@parley/platform/media/audio';
import { type OpenedSipServer, openSipServer, systemClock } from '@parley/platform/net';
import { silentLog } from '@parley/platform/store/testing';
import { defaultSettings, getSettings } from '../alerts/contract.ts';
import { type MailServer, openMailServer } from '../alerts/testing-mail.ts';
import { createUser } from '../identity/contract.ts';
import { identityService } from '../identity/service.ts';
import { licensingService } from '../licensing/service.ts';
import { mediaService } from '../media/service.ts';
import { policyService } from '../policy/service.ts';
import { type TestProcess, testProcess } from '../testing.ts';
import * as contract from './contract.ts';
import { migrations } from './migrations/index.ts';
import { expireAll, REMOVED_KEPT_MS } from './retention.ts';
import { voicemailService } from './service.ts';
import { noteRecording, type Own, type VoicemailTables } from './store.ts';

const DAY_MS = 86_400_000;
let data: string;
let mail: MailServer;
let sip: OpenedSipServer;
let running: TestProcess;
let own: Own;
let service: RunningService;
let userId: string;

function must<T>(outcome: Outcome<T>): T {
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.value;
}

/** Ogg Opus of a tone. */
function spoken(forMs: number): Buffer {
  const parts: Uint8Array[] = [];
  const format = 'ogg-opus' as const;
  const write = (bytes: Uint8Array) => void parts.push(bytes);
  using recorder = new Recorder({ rate: 16_000, format, maxMs: 60_000, write });
  for (let at = 0; at < forMs; at += 10)
    recorder.hear(Int16Array.from({ length: 160 }, (_, n) => 8_000 * Math.sin((2 * Math.PI * n) / 16)));
  recorder.end();
  return Buffer.concat(parts);
}

/** As a front end leaves it that dies while somebody speaks. @returns what is told when it has been collected. */
async function leaves(recordingId: string, sound: Buffer, at = Date.now()) {
  await writeFile(join(data, 'media', `${recordingId}.opus`), sound);
  const told = Promise.withResolvers<EventOf<typeof contract.voicemailChanged>>();
  const hearing = await running.bus.subscribe(contract.voicemailChanged, (event) => told.resolve(event));
  const from = { address: 'bob@parley.test', name: 'Bob' };
  const message = { voicemailId: `of-${recordingId}`, userId, recordId: 'record', from, at };
  await noteRecording(own, { ...message, recordingId, mediaNodeId: 'a host of before' });
  await own.statement(
    'age',
    "update voicemail.messages set alive_at = now() - interval '1 minute' where not is_kept",
    [],
  );
  return {
    voicemailId: message.voicemailId,
    told: told.promise.finally(() => hearing[Symbol.asyncDispose]()),
  };
}

before(async () => {
  await loadOpus();
  data = await mkdtemp(join(tmpdir(), 'parley-voicemail-'));
  await mkdir(join(data, 'media'));
  mail = await openMailServer();
  const listen = [{ transport: 'tcp', address: '127.0.0.1', port: 0 }] as const;
  sip = await openSipServer({ listen, clock: systemClock, log: silentLog });
  running = await testProcess({
    sip,
    config: {
      data,
      media: {
        listen: '127.0.0.1',
        port: 0,
        phonePorts: { from: 36_000, to: 38_000 },
        addresses: [],
        mostLegs: 10,
      },
      mail: { smtp: { host: '127.0.0.1', port: mail.port, security: 'none' } },
    },
  });
  const offer = { address: 'alice@mail.test', most: 'text' } as const;
  await running.bus.serve(getSettings, async () =>
    done({ settings: defaultSettings, publicKey: '', mail: offer }),
  );
  await running.start(identityService, policyService, licensingService, mediaService);
  ({ userId } = must(await running.bus.call(createUser, { address: 'alice@parley.test', name: 'Alice' })));
  own = await running.store.service<VoicemailTables>('voicemail', migrations);
  // The test writes rows as a front end that died left them: it shares the service's tables.
  const shared = { ...own, [Symbol.asyncDispose]: async () => undefined };
  const store = { ...running.context.store, service: async () => shared as never };
  service = await voicemailService.start({ ...running.context, store });
});

after(async () => {
  await service[Symbol.asyncDispose]();
  await own[Symbol.asyncDispose]();
  await running[Symbol.asyncDispose]();
  await sip[Symbol.asyncDispose]();
  await mail[Symbol.asyncDispose]();
  await rm(data, { recursive: true });
});

test('what was being said when a front end died is collected from whoever has it, and mailed; then it is heard and removed', async () => {
  const { bus } = running;
  const mailbox = must(await bus.call(contract.setMailbox, { userId, mailCopy: true }));
  assert.deepEqual([mailbox.allowed, mailbox.greeting, mailbox.keptDays], [true, 'standard', 90]);
  const sound = spoken(3_000);
  const { voicemailId, told } = await leaves('recording-1', sound);
  const { light, voicemail } = await told;
  assert.deepEqual(light, { unheard: 1, total: 1 });
  assert.ok(voicemail !== undefined && Math.abs(voicemail.durationMs - 3_000) < 100);
  const { mail: letter } = await mail.nth(1);
  assert.equal(letter.subject, 'Voice message from Bob');
  assert.equal(Buffer.from(letter.attachments[0]?.content as ArrayBuffer).equals(sound), true);

  const piece = must(await bus.call(contract.readVoicemail, { userId, voicemailId, offset: 10 }));
  assert.equal(piece.totalBytes, sound.length);
  assert.equal(piece.data, sound.subarray(10).toString('base64'));
  const stranger = await bus.call(contract.readVoicemail, { userId: 'somebody', voicemailId, offset: 0 });
  assert.equal(stranger.ok, false);

  const voicemailIds = [voicemailId];
  const heard = must(await bus.call(contract.markVoicemail, { userId, voicemailIds, heard: true }));
  assert.deepEqual(heard, { unheard: 0, total: 1 });
  const gone = must(await bus.call(contract.removeVoicemail, { userId, voicemailIds, removed: true }));
  assert.deepEqual(gone, { unheard: 0, total: 0 });
  must(await bus.call(contract.removeVoicemail, { userId, voicemailIds, removed: false }));
  const { voicemails } = must(await bus.call(contract.listVoicemail, { userId, limit: 10 }));
  assert.deepEqual(
    voicemails.map(({ heard: isHeard, removedAt, at, expiresAt }) => [isHeard, removedAt, expiresAt! - at]),
    [[true, undefined, 90 * DAY_MS]],
  );
  await assert.rejects(stat(join(data, 'media', 'recording-1.opus')), 'the host has forgotten it');
});

test('messages go when the policy says so, removed ones a week later, and a recording of a moment is none', async () => {
  const { bus } = running;
  await leaves('recording-2', spoken(300));
  const { voicemailId, told } = await leaves('recording-3', spoken(2_000), Date.now() - 100 * DAY_MS);
  const { light } = await told;
  assert.equal(light.unheard, 1, 'the short one is none');
  await expireAll({ own, daysOf: () => 0 }, Date.now());
  assert.equal(must(await bus.call(contract.lightOf, { userId })).unheard, 1);
  await expireAll({ own, daysOf: () => 90 }, Date.now());
  assert.equal(must(await bus.call(contract.lightOf, { userId })).unheard, 0);
  const { voicemails } = must(await bus.call(contract.listVoicemail, { userId, limit: 10 }));
  assert.equal(
    voicemails.some((one) => one.voicemailId === voicemailId),
    false,
  );
  const voicemailIds = voicemails.map((one) => one.voicemailId);
  must(await bus.call(contract.removeVoicemail, { userId, voicemailIds, removed: true }));
  await expireAll({ own, daysOf: () => 0 }, Date.now() + REMOVED_KEPT_MS / 2);
  assert.equal(must(await bus.call(contract.listVoicemail, { userId, limit: 10 })).voicemails.length, 1);
  await expireAll({ own, daysOf: () => 0 }, Date.now() + REMOVED_KEPT_MS + DAY_MS);
  assert.equal(must(await bus.call(contract.listVoicemail, { userId, limit: 10 })).voicemails.length, 0);
});

test('a greeting comes in pieces and is heard back; what cannot be played is refused and changes nothing', async () => {
  const { bus } = running;
  const samples = new Int16Array(16_000 * 10).fill(1_000);
  const file = Buffer.concat([wavHead(16_000, samples.length * 2), wavBytes(samples)]);
  const put = (uploadId: string, bytes: Buffer, offset: number) =>
    bus.call(contract.putGreeting, {
      userId,
      uploadId,
      offset,
      totalBytes: bytes.length,
      data: bytes.subarray(offset, offset + contract.AUDIO_PIECE_BYTES).toString('base64'),
    });
  assert.equal(must(await put('greeting-1', file, 0)).greeting, 'standard', 'it is not whole yet');
  const { greeting } = must(await put('greeting-1', file, contract.AUDIO_PIECE_BYTES));
  assert.ok(greeting !== 'standard' && greeting.durationMs === 10_000);
  const read = must(await bus.call(contract.readGreeting, { userId, offset: contract.AUDIO_PIECE_BYTES }));
  assert.equal(read.data, file.subarray(contract.AUDIO_PIECE_BYTES).toString('base64'));
  assert.equal(read.mediaType, 'audio/wav');
  const bad = await put('greeting-2', Buffer.from('no sound at all'), 0);
  assert.equal(bad.ok ? '' : bad.fault.code, 'VOICEMAIL_BAD_AUDIO');
  assert.notEqual(must(await bus.call(contract.getMailbox, { userId })).greeting, 'standard');
  assert.equal(
    must(await bus.call(contract.setMailbox, { userId, greeting: 'standard' })).greeting,
    'standard',
  );
  const weak = await bus.call(contract.setMailbox, { userId, pin: '1234' });
  assert.equal(weak.ok ? '' : weak.fault.code, 'VOICEMAIL_WEAK_PIN');
  assert.equal(must(await bus.call(contract.setMailbox, { userId, pin: '9034' })).hasPin, true);
});
