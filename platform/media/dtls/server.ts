// The server's side of DTLS 1.2 for SRTP (RFC 6347 §4.2, RFC 5764 §4): one suite, keys agreed by ECDHE, both certificates checked.
// Datagrams and the time come in, datagrams go out; no socket, no timer. **The address was proven by ICE, so no cookie.**
import { type KeyObject, randomBytes, sign, timingSafeEqual, verify, X509Certificate } from 'node:crypto';
import {
  DTLS_SRTP_LABEL,
  dtlsKeyBytes,
  type SrtpMasterKey,
  type SrtpProfile,
  srtpKeysOfDtls,
  srtpProfileOfDtls,
} from '@parley/protocol/rtp';
import {
  type ClientHello,
  ECDHE_ECDSA_AES_128_GCM,
  ECDSA_P256_SHA256,
  EXTENSION,
  readClientHello,
} from './client-hello.ts';
import {
  FieldReader,
  HANDSHAKE,
  type HandshakeMessage,
  HandshakeReader,
  u16,
  vector,
  writeHandshake,
} from './handshake-message.ts';
import { type KeyShare, newKeyShare, prf, sha256 } from './key-schedule.ts';
import {
  CONTENT,
  type DtlsRecord,
  RecordProtection,
  RecordWriter,
  readRecords,
  VERSION_1_2,
} from './record.ts';

export interface DtlsIdentity {
  readonly certificate: X509Certificate;
  /** ECDSA with P-256. */
  readonly privateKey: KeyObject;
}

export interface DtlsServerOptions {
  readonly identity: DtlsIdentity;
  /** SHA-256 of the peer's certificate, as SDP has it: `AB:CD:…`. One of them must fit. */
  readonly fingerprints: readonly string[];
  /** Numbers of SRTP profiles, the best first. */
  readonly srtpProfiles: readonly number[];
  readonly nowMs: number;
}

export interface DtlsSrtpKeys {
  readonly profile: SrtpProfile;
  /** What the peer protects with. */
  readonly client: SrtpMasterKey;
  readonly server: SrtpMasterKey;
}

/** Fatal alerts (RFC 5246 §7.2). */
const ALERT = {
  handshakeFailure: 40,
  badCertificate: 42,
  illegalParameter: 47,
  decryptError: 51,
  protocolVersion: 70,
};
const CLOSE_NOTIFY = 0;
const FATAL = 2;
/** RFC 6347 §4.2.4.1: one second, doubled each time. */
const RETRANSMIT_MS = 1_000;
const MOST_RETRANSMIT_MS = 8_000;
/** What a peer can make us send again by sending its own flight again. */
const REPEAT_MS = 40;
const DEADLINE_MS = 30_000;
const FINISHED_BYTES = 12;
/** ECDSA with P-256, and RSA of those who have such certificates (RFC 8446 §4.2.3). */
const SIGNATURES: ReadonlyMap<number, 'ecdsa' | 'rsa' | 'rsa-pss'> = new Map([
  [ECDSA_P256_SHA256, 'ecdsa'],
  [0x0804, 'rsa-pss'],
  [0x0401, 'rsa'],
]);

export type DtlsState = 'waiting' | 'handshaking' | 'connected' | 'closed' | 'failed';

export class DtlsServer {
  readonly #options: DtlsServerOptions;
  readonly #reader = new HandshakeReader();
  readonly #records = new RecordWriter();
  readonly #transcript: Buffer[] = [];
  readonly #serverRandom = randomBytes(32);
  readonly #deadlineMs: number;
  #state: DtlsState = 'waiting';
  #failure = '';
  #keys: DtlsSrtpKeys | undefined;
  #hello: ClientHello | undefined;
  #profile: SrtpProfile | undefined;
  #share: KeyShare | undefined;
  #peer: X509Certificate | undefined;
  #isPeerProven = false;
  #master: Buffer | undefined;
  #incoming: RecordProtection | undefined;
  #outgoing: RecordProtection | undefined;
  #sequence = 0;
  /** What was sent last, to be sent again. */
  #flight: readonly { readonly type: number; readonly bytes: Buffer; readonly isProtected: boolean }[] = [];
  #sentAtMs = 0;
  #retransmitMs = RETRANSMIT_MS;
  #out: Buffer[] = [];

  constructor(options: DtlsServerOptions) {
    this.#options = options;
    this.#deadlineMs = options.nowMs + DEADLINE_MS;
  }

  get state(): DtlsState {
    return this.#state;
  }

  /** Why it failed; for a log. */
  get failure(): string {
    return this.#failure;
  }

  /** Once it is connected. */
  get keys(): DtlsSrtpKeys | undefined {
    return this.#keys;
  }

  /** When to call `advance`; undefined when nothing is waited for. */
  get wakeAtMs(): number | undefined {
    if (this.#state === 'waiting') return this.#deadlineMs;
    if (this.#state !== 'handshaking') return undefined;
    return Math.min(this.#deadlineMs, this.#sentAtMs + this.#retransmitMs);
  }

  /** @returns datagrams to send. */
  receive(datagram: Uint8Array, nowMs: number): readonly Buffer[] {
    for (const record of readRecords(datagram)) {
      if (this.#state === 'failed' || this.#state === 'closed') break;
      this.#take(record, nowMs);
    }
    return this.#drain();
  }

  advance(nowMs: number): readonly Buffer[] {
    if (this.#state !== 'waiting' && this.#state !== 'handshaking') return [];
    if (nowMs >= this.#deadlineMs) this.#fail('the handshake took too long');
    else if (this.#flight.length > 0 && nowMs >= this.#sentAtMs + this.#retransmitMs) {
      this.#retransmitMs = Math.min(MOST_RETRANSMIT_MS, this.#retransmitMs * 2);
      this.#send(nowMs);
    }
    return this.#drain();
  }

  /** Says goodbye. @returns datagrams to send. */
  close(): readonly Buffer[] {
    if (this.#state === 'connected') this.#alert(1, CLOSE_NOTIFY);
    this.#state = 'closed';
    return this.#drain();
  }

  #drain(): readonly Buffer[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }

  #take(record: DtlsRecord, nowMs: number): void {
    const fragment = record.epoch === 0 ? record.fragment : this.#open(record);
    if (fragment === undefined) return;
    if (record.type === CONTENT.alert) {
      // One that is not authentic could be anybody's.
      if (record.epoch === 1 && (fragment[1] === CLOSE_NOTIFY || fragment[0] === FATAL))
        this.#state = 'closed';
      return;
    }
    if (record.type !== CONTENT.handshake) return;
    const isRepeated = this.#reader.add(fragment);
    if (isRepeated && this.#flight.length > 0 && nowMs - this.#sentAtMs >= REPEAT_MS) this.#send(nowMs);
    for (let next = this.#reader.take(); next !== undefined; next = this.#reader.take()) {
      this.#handle(next, record.epoch, nowMs);
      if (this.#state === 'failed') return;
    }
  }

  #open(record: DtlsRecord): Buffer | undefined {
    return record.epoch === 1 ? this.#incoming?.open(record) : undefined;
  }

  #handle(message: HandshakeMessage, epoch: number, nowMs: number): void {
    if (this.#state === 'connected') return;
    const step = this.#expected();
    if (message.type !== step || (step === HANDSHAKE.finished) !== (epoch === 1)) {
      this.#fail(`a message of type ${message.type} in the place of ${step}`, ALERT.handshakeFailure);
      return;
    }
    if (step === HANDSHAKE.clientHello) this.#answerHello(message, nowMs);
    else if (step === HANDSHAKE.certificate) this.#takeCertificate(message);
    else if (step === HANDSHAKE.clientKeyExchange) this.#agreeKeys(message);
    else if (step === HANDSHAKE.certificateVerify) this.#proveCertificate(message);
    else this.#finish(message, nowMs);
  }

  /** RFC 5246 §7.3, figure 1, with a certificate of the client. */
  #expected(): number {
    if (this.#hello === undefined) return HANDSHAKE.clientHello;
    if (this.#peer === undefined) return HANDSHAKE.certificate;
    if (this.#master === undefined) return HANDSHAKE.clientKeyExchange;
    return this.#isPeerProven ? HANDSHAKE.finished : HANDSHAKE.certificateVerify;
  }

  #answerHello({ body, whole }: HandshakeMessage, nowMs: number): void {
    const hello = readClientHello(body);
    if (hello === undefined) {
      this.#fail('a hello that cannot be read', ALERT.protocolVersion);
      return;
    }
    const number = this.#options.srtpProfiles.find((each) => hello.srtpProfiles.includes(each));
    const share = newKeyShare(hello.groups);
    const profile = number === undefined ? undefined : srtpProfileOfDtls(number);
    // RFC 7627 §5.3: without the extended master secret keys of two connections could be made equal.
    const isFit = hello.hasOurSuite && hello.hasOurSignature && hello.hasExtendedMasterSecret;
    if (!isFit || share === undefined || profile === undefined) {
      this.#fail('nothing in common with the hello', ALERT.handshakeFailure);
      return;
    }
    this.#state = 'handshaking';
    this.#hello = hello;
    this.#share = share;
    this.#profile = profile;
    this.#transcript.push(whole);
    const { certificate, privateKey } = this.#options.identity;
    const curve = Buffer.concat([Buffer.from([3]), u16(share.group), vector(1, share.point)]);
    const signed = sign('sha256', Buffer.concat([hello.random, this.#serverRandom, curve]), privateKey);
    const messages = [
      this.#message(HANDSHAKE.serverHello, this.#serverHello(hello, profile)),
      this.#message(HANDSHAKE.certificate, vector(3, vector(3, certificate.raw))),
      this.#message(
        HANDSHAKE.serverKeyExchange,
        Buffer.concat([curve, u16(ECDSA_P256_SHA256), vector(2, signed)]),
      ),
      this.#message(HANDSHAKE.certificateRequest, CERTIFICATE_REQUEST),
      this.#message(HANDSHAKE.serverHelloDone, Buffer.alloc(0)),
    ];
    this.#flight = messages.map((bytes) => ({ type: CONTENT.handshake, bytes, isProtected: false }));
    this.#send(nowMs);
  }

  #serverHello(hello: ClientHello, profile: SrtpProfile): Buffer {
    const extensions = [
      extension(EXTENSION.extendedMasterSecret),
      extension(EXTENSION.useSrtp, vector(2, u16(profile.dtlsNumber!)), vector(1)),
    ];
    if (hello.wantsRenegotiationInfo) extensions.push(extension(EXTENSION.renegotiationInfo, vector(1)));
    if (hello.hasPointFormats) extensions.push(extension(EXTENSION.pointFormats, vector(1, Buffer.of(0))));
    return Buffer.concat([
      u16(VERSION_1_2),
      this.#serverRandom,
      vector(1),
      u16(ECDHE_ECDSA_AES_128_GCM),
      Buffer.of(0),
      vector(2, ...extensions),
    ]);
  }

  #takeCertificate({ body, whole }: HandshakeMessage): void {
    const list = new FieldReader(new FieldReader(body).vector(3));
    const first = list.vector(3);
    try {
      this.#peer = new X509Certificate(first);
    } catch {
      this.#fail('a certificate that cannot be read', ALERT.badCertificate);
      return;
    }
    // RFC 8122 §6.2: MUST fit, or the media session is torn down.
    if (!this.#options.fingerprints.some((each) => each.toUpperCase() === this.#peer!.fingerprint256)) {
      this.#fail('the certificate is not the one that was described', ALERT.badCertificate);
      return;
    }
    this.#transcript.push(whole);
  }

  #agreeKeys({ body, whole }: HandshakeMessage): void {
    const secret = this.#share!.agree(new FieldReader(body).vector(1));
    if (secret === undefined) {
      this.#fail('a key that is none', ALERT.illegalParameter);
      return;
    }
    this.#transcript.push(whole);
    this.#master = prf(secret, 'extended master secret', sha256(this.#transcript), 48);
    const randoms = Buffer.concat([this.#serverRandom, this.#hello!.random]);
    const block = prf(this.#master, 'key expansion', randoms, 40);
    this.#incoming = new RecordProtection(block.subarray(0, 16), block.subarray(32, 36));
    this.#outgoing = new RecordProtection(block.subarray(16, 32), block.subarray(36, 40));
  }

  /** RFC 5246 §7.4.8: the peer has the key of its certificate. */
  #proveCertificate({ body, whole }: HandshakeMessage): void {
    const fields = new FieldReader(body);
    const kind = SIGNATURES.get(fields.number(2));
    const signature = fields.vector(2);
    if (kind === undefined || !this.#isSigned(kind, signature)) {
      this.#fail('the certificate is somebody else’s', ALERT.decryptError);
      return;
    }
    this.#isPeerProven = true;
    this.#transcript.push(whole);
  }

  #isSigned(kind: 'ecdsa' | 'rsa' | 'rsa-pss', signature: Buffer): boolean {
    const key = this.#peer!.publicKey;
    if ((key.asymmetricKeyType === 'ec') !== (kind === 'ecdsa')) return false;
    const how = kind === 'rsa-pss' ? { key, padding: RSA_PSS, saltLength: 32 } : key;
    try {
      return verify('sha256', Buffer.concat(this.#transcript), how, signature);
    } catch {
      return false;
    }
  }

  #finish({ body, whole }: HandshakeMessage, nowMs: number): void {
    const expected = this.#verifyData('client finished');
    if (body.length !== FINISHED_BYTES || !timingSafeEqual(body, expected)) {
      this.#fail('what was said was changed on its way', ALERT.decryptError);
      return;
    }
    this.#transcript.push(whole);
    const finished = this.#message(HANDSHAKE.finished, this.#verifyData('server finished'));
    this.#flight = [
      { type: CONTENT.changeCipherSpec, bytes: Buffer.of(1), isProtected: false },
      { type: CONTENT.handshake, bytes: finished, isProtected: true },
    ];
    const randoms = Buffer.concat([this.#hello!.random, this.#serverRandom]);
    const profile = this.#profile!;
    const exported = prf(this.#master!, DTLS_SRTP_LABEL, randoms, dtlsKeyBytes(profile));
    this.#keys = { profile, ...srtpKeysOfDtls(profile, exported)! };
    this.#state = 'connected';
    this.#transcript.length = 0;
    this.#send(nowMs);
  }

  #verifyData(label: 'client finished' | 'server finished'): Buffer {
    return prf(this.#master!, label, sha256(this.#transcript), FINISHED_BYTES);
  }

  #message(type: number, body: Uint8Array): Buffer {
    const whole = writeHandshake(type, this.#sequence++, body);
    this.#transcript.push(whole);
    return whole;
  }

  /** The flight in one datagram: it has less than 1,200 bytes. */
  #send(nowMs: number): void {
    this.#sentAtMs = nowMs;
    const records = this.#flight.map(({ type, bytes, isProtected }) =>
      this.#records.write(type, bytes, isProtected ? this.#outgoing : undefined),
    );
    this.#out.push(Buffer.concat(records));
  }

  #fail(reason: string, alert?: number): void {
    this.#state = 'failed';
    this.#failure = reason;
    if (alert !== undefined) this.#alert(FATAL, alert);
  }

  #alert(level: number, description: number): void {
    const protection = this.#state === 'connected' ? this.#outgoing : undefined;
    this.#out.push(this.#records.write(CONTENT.alert, Buffer.of(level, description), protection));
  }
}

/** RSA_PKCS1_PSS_PADDING of OpenSSL. */
const RSA_PSS = 6;

/** RFC 5246 §7.4.4: certificates with keys of ECDSA or RSA, of whatever authority. */
const CERTIFICATE_REQUEST = Buffer.concat([
  vector(1, Buffer.of(64, 1)),
  vector(2, u16(...SIGNATURES.keys())),
  vector(2),
]);

function extension(type: number, ...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat([u16(type), vector(2, ...parts)]);
}
