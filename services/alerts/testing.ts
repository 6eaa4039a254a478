// The other side of a push: a browser's keys, which decrypt by RFC 8291 §3, and a push service that takes, refuses and forgets.
import assert from 'node:assert/strict';
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Receiver {
  readonly keys: { readonly p256dh: string; readonly auth: string };
  decrypt(body: Buffer): string;
}

export function newReceiver(): Receiver {
  const ecdh = createECDH('prime256v1');
  const p256dh = ecdh.generateKeys();
  const auth = randomBytes(16);
  return {
    keys: { p256dh: p256dh.toString('base64url'), auth: auth.toString('base64url') },
    decrypt(body) {
      // RFC 8188 §2.1: salt, record size, length of the key id, key id.
      const salt = body.subarray(0, 16);
      const keyEnd = 21 + body[20]!;
      const sender = body.subarray(21, keyEnd);
      assert.ok(body.length - keyEnd <= body.readUInt32BE(16), 'one record');
      const info = Buffer.concat([Buffer.from('WebPush: info\0'), p256dh, sender]);
      const material = Buffer.from(hkdfSync('sha256', ecdh.computeSecret(sender), auth, info, 32));
      const key = Buffer.from(hkdfSync('sha256', material, salt, 'Content-Encoding: aes128gcm\0', 16));
      const nonce = Buffer.from(hkdfSync('sha256', material, salt, 'Content-Encoding: nonce\0', 12));
      const opened = createDecipheriv('aes-128-gcm', key, nonce);
      opened.setAuthTag(body.subarray(-16));
      const plain = Buffer.concat([opened.update(body.subarray(keyEnd, -16)), opened.final()]);
      const end = plain.findLastIndex((byte) => byte !== 0);
      assert.equal(plain[end], 2, 'the delimiter of the last record');
      return plain.subarray(0, end).toString();
    },
  };
}

export interface Pushed {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface PushService extends AsyncDisposable {
  readonly origin: string;
  readonly pushed: readonly Pushed[];
  /** The status of the answers from now on. */
  answers(status: number, headers?: Readonly<Record<string, string>>): void;
  /** Resolves with the push of that number, from 1. */
  nth(count: number): Promise<Pushed>;
}

export async function openPushService(): Promise<PushService> {
  const pushed: Pushed[] = [];
  let status = 201;
  let headers: Readonly<Record<string, string>> = {};
  let wake = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      pushed.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) });
      response.writeHead(status, headers).end();
      wake.resolve();
      wake = Promise.withResolvers();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pushed,
    answers(next, with_ = {}) {
      status = next;
      headers = with_;
    },
    async nth(count) {
      while (pushed.length < count) await wake.promise;
      return pushed[count - 1]!;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** What the token of a push says, once its signature holds (RFC 8292 §2, §3). */
export function claimsOf({ headers }: Pushed): {
  readonly aud: string;
  readonly exp: number;
  readonly sub: string;
} {
  const [, token = '', key = ''] = /^vapid t=([^,]+), k=(.+)$/.exec(headers.authorization ?? '') ?? [];
  const [head = '', claims = '', signature = ''] = token.split('.');
  const point = Buffer.from(key, 'base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url'));
  const publicKey = createPublicKey({
    key: { kty: 'EC', crv: 'P-256', x: x!, y: y! },
    format: 'jwk',
  });
  const isSigned = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  assert.ok(isSigned, 'the token is signed by the key that it names');
  return JSON.parse(Buffer.from(claims, 'base64url').toString());
}
