// Data indications (RFC 8656 §11.3), written where packets pass: header, peer and data, with no value in between.
import { writeU16, writeU32 } from '../../bytes/big-endian.ts';
import { STUN_ATTRIBUTES } from '../stun/attribute.ts';
import { writeXorAddress } from '../stun/attribute-codec.ts';
import {
  paddedBytes,
  STUN_HEADER_BYTES,
  STUN_MAGIC_COOKIE,
  STUN_METHODS,
  stunType,
} from '../stun/message.ts';

const TYPE = stunType('indication', STUN_METHODS.data);

export class DataIndications {
  readonly #prefix: Uint8Array;
  #count = 0;

  /** @param prefix 8 bytes of chance, before a count: no two indications have the same transaction. */
  constructor(prefix: Uint8Array) {
    this.#prefix = prefix.slice();
  }

  /** @returns how long the message is that now stands in `into`. */
  write(address: string, port: number, data: Uint8Array, into: Uint8Array): number {
    writeU16(into, 0, TYPE);
    writeU32(into, 4, STUN_MAGIC_COOKIE);
    into.set(this.#prefix, 8);
    this.#count = (this.#count + 1) >>> 0;
    writeU32(into, 16, this.#count);
    const peerBytes = writeXorAddress(address, port, into, STUN_HEADER_BYTES + 4);
    writeU32(into, STUN_HEADER_BYTES, STUN_ATTRIBUTES['XOR-PEER-ADDRESS'] * 0x10000 + peerBytes);
    const at = STUN_HEADER_BYTES + 4 + peerBytes;
    writeU16(into, at, STUN_ATTRIBUTES.DATA);
    writeU16(into, at + 2, data.length);
    into.set(data, at + 4);
    const end = at + 4 + paddedBytes(data.length);
    into.fill(0, at + 4 + data.length, end);
    writeU16(into, 2, end - STUN_HEADER_BYTES);
    return end;
  }
}
