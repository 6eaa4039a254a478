// Records of DTLS 1.2 (RFC 6347 §4.1), in clear and under AES-128-GCM (RFC 5288 §3). Bad bytes are skipped, never thrown at.
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';

export const CONTENT = { changeCipherSpec: 20, alert: 21, handshake: 22 } as const;
export const VERSION_1_2 = 0xfefd;

const HEADER_BYTES = 13;
const EXPLICIT_NONCE_BYTES = 8;
const TAG_BYTES = 16;
/** RFC 6347 §4.1: so many in a datagram are more than anybody sends. */
const MOST_RECORDS = 16;

export interface DtlsRecord {
  readonly type: number;
  readonly epoch: number;
  /** Epoch and sequence number: 8 bytes. */
  readonly counter: Buffer;
  readonly fragment: Buffer;
}

/** The records of a datagram, up to the first that is cut off. */
export function readRecords(datagram: Uint8Array): DtlsRecord[] {
  const bytes = Buffer.from(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  const records: DtlsRecord[] = [];
  for (let at = 0; at + HEADER_BYTES <= bytes.length && records.length < MOST_RECORDS; ) {
    const end = at + HEADER_BYTES + bytes.readUInt16BE(at + 11);
    // A first ClientHello may say version 1.0 (RFC 6347 §4.2.1).
    if (end > bytes.length || bytes[at + 1] !== 0xfe) break;
    records.push({
      type: bytes[at]!,
      epoch: bytes.readUInt16BE(at + 3),
      counter: bytes.subarray(at + 3, at + 11),
      fragment: bytes.subarray(at + HEADER_BYTES, end),
    });
    at = end;
  }
  return records;
}

/** Writes the records of one end; sequence numbers go on where messages are sent again (RFC 6347 §4.1). */
export class RecordWriter {
  readonly #next = [0, 0];

  write(type: number, fragment: Uint8Array, protection?: RecordProtection): Buffer {
    const epoch = protection === undefined ? 0 : 1;
    const header = Buffer.alloc(HEADER_BYTES);
    header[0] = type;
    header.writeUInt16BE(VERSION_1_2, 1);
    header.writeUInt16BE(epoch, 3);
    header.writeUIntBE(this.#next[epoch]!++, 5, 6);
    const body = protection?.seal(type, header.subarray(3, 11), fragment) ?? fragment;
    header.writeUInt16BE(body.length, 11);
    return Buffer.concat([header, body]);
  }
}

/** One direction of epoch 1. */
export class RecordProtection {
  readonly #key: KeyObject;
  readonly #salt: Uint8Array;

  /** @param key 16 bytes. @param salt 4 bytes. */
  constructor(key: Uint8Array, salt: Uint8Array) {
    this.#key = createSecretKey(key);
    this.#salt = salt;
  }

  seal(type: number, counter: Uint8Array, plain: Uint8Array): Buffer {
    const cipher = createCipheriv('aes-128-gcm', this.#key, Buffer.concat([this.#salt, counter]));
    cipher.setAAD(associated(type, counter, plain.length));
    return Buffer.concat([counter, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }

  /** @returns undefined for what is not authentic. */
  open({ type, counter, fragment }: DtlsRecord): Buffer | undefined {
    const length = fragment.length - EXPLICIT_NONCE_BYTES - TAG_BYTES;
    if (length < 0) return undefined;
    const nonce = Buffer.concat([this.#salt, fragment.subarray(0, EXPLICIT_NONCE_BYTES)]);
    const decipher = createDecipheriv('aes-128-gcm', this.#key, nonce);
    decipher.setAAD(associated(type, counter, length));
    decipher.setAuthTag(fragment.subarray(fragment.length - TAG_BYTES));
    const plain = decipher.update(fragment.subarray(EXPLICIT_NONCE_BYTES, fragment.length - TAG_BYTES));
    try {
      decipher.final();
    } catch {
      return undefined;
    }
    return plain;
  }
}

/** RFC 5246 §6.2.3.3. */
function associated(type: number, counter: Uint8Array, length: number): Buffer {
  return Buffer.concat([counter, Buffer.from([type, 0xfe, 0xfd, length >> 8, length & 0xff])]);
}
