// SIP messages as a capture file that Wireshark opens (draft-ietf-opsawg-pcap, LINKTYPE_RAW): each in an IP packet with the
// addresses and ports that it had. What was encrypted on the wire is plain here, under the port of plain SIP. Pure.
import type { TraceText } from './contract.ts';

const LINKTYPE_RAW = 101;
/** A TCP segment; an IP packet holds 65,535 bytes (RFC 791 §3.1). */
const MAX_SEGMENT_BYTES = 65_000;
const TCP = 6;
const UDP = 17;
const PLAIN_SIP_PORT = 5060;

interface Packet {
  readonly atMs: number;
  readonly bytes: Uint8Array;
}

/** @param texts in order of time. What went between front ends was on no wire. What is hidden of a body is filled with dots, so that its length stays true. */
export function pcapFile(texts: readonly TraceText[]): Uint8Array {
  const sequences = new Map<string, number>();
  const wired = texts.filter(({ flow }) => !flow.isInternal);
  const packets = wired.flatMap((text) => packetsOf(text, sequences));
  const total = packets.reduce((sum, { bytes }) => sum + 16 + bytes.length, 24);
  const file = new Uint8Array(total);
  const view = new DataView(file.buffer);
  // Magic number of microseconds, version 2.4, UTC, exact times, longest packet, link type.
  view.setUint32(0, 0xa1b2c3d4);
  view.setUint16(4, 2);
  view.setUint16(6, 4);
  view.setUint32(16, 262_144);
  view.setUint32(20, LINKTYPE_RAW);
  let at = 24;
  for (const { atMs, bytes } of packets) {
    view.setUint32(at, Math.floor(atMs / 1000));
    view.setUint32(at + 4, Math.floor((atMs % 1000) * 1000));
    view.setUint32(at + 8, bytes.length);
    view.setUint32(at + 12, bytes.length);
    file.set(bytes, at + 16);
    at += 16 + bytes.length;
  }
  return file;
}

interface End {
  readonly address: Uint8Array;
  readonly port: number;
}

function packetsOf(text: TraceText, sequences: Map<string, number>): Packet[] {
  const { transport, localAddress, localPort, remoteAddress, remotePort } = text.flow;
  const isPlain = transport === 'udp' || transport === 'tcp';
  const addresses = sameFamily(localAddress, remoteAddress);
  const local = { address: addresses[0], port: isPlain ? localPort : PLAIN_SIP_PORT };
  const remote = { address: addresses[1], port: remotePort };
  const [from, to] = text.direction === 'in' ? [remote, local] : [local, remote];
  const payload = payloadOf(text);
  if (transport === 'udp')
    return [{ atMs: text.at, bytes: ipPacket(UDP, from, to, udpDatagram(from, to, payload)) }];

  const key = `${from.address.join('.')} ${from.port} ${to.address.join('.')} ${to.port}`;
  const back = `${to.address.join('.')} ${to.port} ${from.address.join('.')} ${from.port}`;
  const packets: Packet[] = [];
  for (let start = 0; start < payload.length; start += MAX_SEGMENT_BYTES) {
    const part = payload.subarray(start, start + MAX_SEGMENT_BYTES);
    const sequence = sequences.get(key) ?? 1;
    sequences.set(key, sequence + part.length);
    const segment = tcpSegment(from, to, sequence, sequences.get(back) ?? 1, part);
    packets.push({ atMs: text.at, bytes: ipPacket(TCP, from, to, segment) });
  }
  return packets;
}

function payloadOf({ text, hiddenBytes }: TraceText): Uint8Array {
  const shown = new TextEncoder().encode(text);
  const payload = new Uint8Array(shown.length + hiddenBytes).fill(0x2e);
  payload.set(shown);
  return payload;
}

/** A header of eight bytes and the data, with a checksum (RFC 1122 §4.1.3.4). */
function udpDatagram(from: End, to: End, payload: Uint8Array): Uint8Array {
  // A longer message came over something else than one datagram.
  const data = payload.subarray(0, MAX_SEGMENT_BYTES);
  const datagram = new Uint8Array(8 + data.length);
  const view = new DataView(datagram.buffer);
  view.setUint16(0, from.port);
  view.setUint16(2, to.port);
  view.setUint16(4, datagram.length);
  datagram.set(data, 8);
  const sum = checksum(pseudoHeader(UDP, from, to, datagram.length), datagram);
  // Zero would say that there is none.
  view.setUint16(6, sum === 0 ? 0xffff : sum);
  return datagram;
}

/** RFC 9293 §3.1: ACK and PSH, no options. */
function tcpSegment(
  from: End,
  to: End,
  sequence: number,
  acknowledged: number,
  data: Uint8Array,
): Uint8Array {
  const segment = new Uint8Array(20 + data.length);
  const view = new DataView(segment.buffer);
  view.setUint16(0, from.port);
  view.setUint16(2, to.port);
  view.setUint32(4, sequence >>> 0);
  view.setUint32(8, acknowledged >>> 0);
  view.setUint16(12, 0x5018);
  view.setUint16(14, 0xffff);
  segment.set(data, 20);
  view.setUint16(16, checksum(pseudoHeader(TCP, from, to, segment.length), segment));
  return segment;
}

/** RFC 791 §3.1, RFC 8200 §3. */
function ipPacket(protocol: number, from: End, to: End, payload: Uint8Array): Uint8Array {
  const isIpv6 = from.address.length === 16;
  const headerBytes = isIpv6 ? 40 : 20;
  const packet = new Uint8Array(headerBytes + payload.length);
  const view = new DataView(packet.buffer);
  if (isIpv6) {
    view.setUint8(0, 0x60);
    view.setUint16(4, payload.length);
    view.setUint8(6, protocol);
    view.setUint8(7, 64);
    packet.set(from.address, 8);
    packet.set(to.address, 24);
  } else {
    view.setUint8(0, 0x45);
    view.setUint16(2, packet.length);
    view.setUint8(8, 64);
    view.setUint8(9, protocol);
    packet.set(from.address, 12);
    packet.set(to.address, 16);
    view.setUint16(10, checksum(packet.subarray(0, 20)));
  }
  packet.set(payload, headerBytes);
  return packet;
}

function pseudoHeader(protocol: number, from: End, to: End, length: number): Uint8Array {
  const { length: size } = from.address;
  const header = new Uint8Array(size * 2 + (size === 16 ? 8 : 4));
  const view = new DataView(header.buffer);
  header.set(from.address);
  header.set(to.address, size);
  if (size === 16) {
    view.setUint32(size * 2, length);
    view.setUint8(size * 2 + 7, protocol);
  } else {
    view.setUint8(size * 2 + 1, protocol);
    view.setUint16(size * 2 + 2, length);
  }
  return header;
}

/** RFC 1071 §1; every part but the last has an even length. */
function checksum(...parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) {
    for (let at = 0; at < part.length; at += 2) sum += (part[at]! << 8) | (part[at + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}

function sameFamily(one: string, other: string): [Uint8Array, Uint8Array] {
  const [first, second] = [ipBytes(one), ipBytes(other)];
  return first.length === second.length ? [first, second] : [mapped(first), mapped(second)];
}

function mapped(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 16) return bytes;
  const address = new Uint8Array(16);
  address.fill(0xff, 10, 12);
  address.set(bytes, 12);
  return address;
}

/** 4 or 16 bytes; `::ffff:192.0.2.1` and zones (`%eth0`) are understood. */
export function ipBytes(address: string): Uint8Array {
  const plain = address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
  if (!plain.includes(':')) {
    const parts = plain.split('.').map(Number);
    return Uint8Array.from({ length: 4 }, (_, at) => parts[at] ?? 0);
  }
  const withGroups = plain.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts) => {
    const [a, b, c, d] = parts.slice(0, 4).map(Number) as [number, number, number, number];
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [head = '', tail] = withGroups.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array<string>(Math.max(0, zeros)).fill('0'), ...right];
  const bytes = new Uint8Array(16);
  for (const [at, group] of groups.slice(0, 8).entries()) {
    const value = Number.parseInt(group, 16) || 0;
    bytes[at * 2] = value >> 8;
    bytes[at * 2 + 1] = value & 0xff;
  }
  return bytes;
}
