// RTCP of one track: reports both ways, requests for pictures and packets, and what it all says of the quality
// (RFC 3550 §6, RFC 4585 §6). Reports end here; what a receiver wants is passed to who sends.
import {
  CODEC_IMPAIRMENTS,
  callQuality,
  middleOfNtp,
  ntpOfUnix,
  type ReportBlock,
  type RtcpPacket,
  roundTripMs,
  rtcpIntervalMs,
  SDES_ITEMS,
  serializeRtcp,
} from '@parley/protocol/rtp';
import type { StreamReport } from '../messages.ts';
import type { Track } from './track.ts';

/** How often a whole picture may be asked for: more would be nothing but whole pictures. */
const PICTURE_MS = 300;
const NOTHING = new Uint8Array(0);
/** What the jitter buffer of a receiver adds, by the jitter; and 20 ms of a packet. */
const PACKET_MS = 20;

export class RtcpSession {
  readonly #track: Track;
  readonly #name: string;
  readonly #random: () => number;
  #nextAtMs: number | undefined;
  #pictureAskedAtMs = Number.NEGATIVE_INFINITY;
  #firSequence = 0;
  /** What the peer last said of what we send. */
  #heard: ReportBlock | undefined;
  #roundTripMs: number | undefined;
  readonly #before = { received: 0, expected: 0, sent: 0, lost: 0, epoch: -1 };

  /** @param name the canonical name of this end (RFC 3550 §6.5.1). @param random 0 … 1. */
  constructor(track: Track, name: string, random: () => number) {
    this.#track = track;
    this.#name = name;
    this.#random = random;
  }

  get roundTripMs(): number {
    return this.#roundTripMs ?? 0;
  }

  /** Sends a report when its time has come. */
  advance(nowMs: number, unixMs: number): void {
    if (!this.#track.channel.maySend) return;
    const isFirst = this.#nextAtMs === undefined;
    if (!isFirst && nowMs < this.#nextAtMs!) return;
    if (!isFirst) this.#track.channel.sendRtcp(this.report(nowMs, unixMs));
    const { outgoing, kind } = this.#track;
    this.#nextAtMs =
      nowMs +
      rtcpIntervalMs({
        sessionBitsPerSecond: kind === 'audio' ? 64_000 : 1_000_000,
        members: 2,
        senders: outgoing.hasSent ? 2 : 1,
        isSender: outgoing.hasSent,
        averageBytes: 100,
        isFirst,
        // A picture needs feedback sooner than a phone has it (RFC 4585 §3.5.2).
        leastMs: kind === 'audio' ? 5_000 : 1_000,
        random: this.#random(),
      });
  }

  /** A compound packet with what there is to report. */
  report(nowMs: number, unixMs: number): Uint8Array {
    const { incoming, outgoing, settings } = this.#track;
    const { ssrc } = outgoing;
    const reports =
      incoming.ssrc !== -1 && settings.receives && incoming.statistics.isValid
        ? [incoming.statistics.report(incoming.ssrc, nowMs)]
        : [];
    const { hasSent } = outgoing.statistics;
    const first: RtcpPacket = hasSent
      ? this.#senderReport(nowMs, unixMs, reports)
      : { kind: 'receiver-report', ssrc, reports, extension: NOTHING };
    const items = [{ type: SDES_ITEMS.cname, text: this.#name }];
    return serializeRtcp([first, { kind: 'source-description', chunks: [{ ssrc, items }] }]);
  }

  /** Where the source has said how its streams belong together, the peer hears the same of ours. */
  #senderReport(nowMs: number, unixMs: number, reports: readonly ReportBlock[]): RtcpPacket {
    const { outgoing, source } = this.#track;
    const made = outgoing.statistics.report(nowMs, unixMs, reports);
    const offset = source && outgoing.offsetOf(source.incoming);
    const report = source?.incoming.report;
    const theirNow = source?.clock.timeOf(unixMs);
    if (offset === undefined || report === undefined || theirNow === undefined) return made;
    const ticks = Math.round(((theirNow - report.unixMs) * outgoing.clockRate) / 1000);
    return { ...made, rtpTimestamp: (report.timestamp + offset.timestamp + ticks) >>> 0 };
  }

  /** Asks the peer for a whole picture. */
  askForPicture(nowMs: number): void {
    const { incoming, outgoing, channel, settings } = this.#track;
    if (incoming.ssrc === -1 || nowMs - this.#pictureAskedAtMs < PICTURE_MS) return;
    this.#pictureAskedAtMs = nowMs;
    const head = { senderSsrc: outgoing.ssrc, mediaSsrc: incoming.ssrc };
    const request: RtcpPacket = settings.asksByPictureLoss
      ? { kind: 'picture-loss', ...head }
      : {
          kind: 'full-intra-request',
          ...head,
          entries: [{ ssrc: incoming.ssrc, sequence: this.#firSequence++ & 0xff }],
        };
    channel.sendRtcp(this.#compound(request));
  }

  askAgain(lost: readonly number[]): void {
    const { incoming, outgoing, channel } = this.#track;
    if (lost.length === 0 || incoming.ssrc === -1) return;
    const head = { senderSsrc: outgoing.ssrc, mediaSsrc: incoming.ssrc };
    channel.sendRtcp(this.#compound({ kind: 'nack', ...head, lost }));
  }

  limitRate(bitsPerSecond: number): void {
    const { incoming, outgoing, channel } = this.#track;
    if (incoming.ssrc === -1) return;
    channel.sendRtcp(
      this.#compound({
        kind: 'rate-estimate',
        senderSsrc: outgoing.ssrc,
        mediaSsrc: 0,
        bitsPerSecond,
        ssrcs: [incoming.ssrc],
      }),
    );
  }

  /** RFC 3550 §6.1: feedback comes behind a report, though an empty one. */
  #compound(packet: RtcpPacket): Uint8Array {
    const { ssrc } = this.#track.outgoing;
    return serializeRtcp([{ kind: 'receiver-report', ssrc, reports: [], extension: NOTHING }, packet]);
  }

  /** A report of the peer on what we send. */
  heard(block: ReportBlock, unixMs: number): void {
    this.#heard = block;
    const trip = roundTripMs(middleOfNtp(ntpOfUnix(unixMs)), block);
    if (trip !== undefined) this.#roundTripMs = trip;
  }

  /** What happened since the last time this was asked. */
  quality(): StreamReport[] {
    const { kind, incoming, outgoing, settings } = this.#track;
    const streams: StreamReport[] = [];
    const codec = settings.codecs[0]?.name ?? '';
    const before = this.#before;
    const counts = incoming.statistics.counts();
    if (before.epoch !== incoming.epoch)
      Object.assign(before, { received: 0, expected: 0, epoch: incoming.epoch });
    const packets = counts.packets - before.received;
    const lost = Math.max(0, counts.expected - before.expected - packets);
    if (packets > 0) streams.push(this.#stream(kind, 'received', codec, packets, lost, counts.jitterMs));
    Object.assign(before, { received: counts.packets, expected: counts.expected });
    const heard = this.#heard;
    const { packets: sent } = outgoing.statistics.report(0, 0);
    if (heard !== undefined && sent > before.sent) {
      const missed = Math.max(0, heard.cumulativeLost - before.lost);
      const jitterMs = (heard.jitterTicks * 1000) / outgoing.clockRate;
      streams.push(this.#stream(kind, 'sent', codec, sent - before.sent, missed, jitterMs));
      before.lost = heard.cumulativeLost;
    }
    before.sent = sent;
    return streams;
  }

  #stream(
    kind: StreamReport['kind'],
    way: StreamReport['way'],
    codec: string,
    packets: number,
    lost: number,
    jitterMs: number,
  ): StreamReport {
    const trip = this.#roundTripMs;
    const report = { kind, way, codec, packets, lost, jitterMs };
    const timed = trip === undefined ? report : { ...report, roundTripMs: trip };
    if (kind === 'video') return timed;
    const impairment = CODEC_IMPAIRMENTS[codec.toUpperCase()];
    const { conversationMos } = callQuality({
      oneWayMs: (trip ?? 0) / 2 + 2 * jitterMs + PACKET_MS,
      lossRate: lost / (packets + (way === 'received' ? lost : 0)),
      ...(impairment === undefined ? {} : { codec: impairment }),
    });
    return { ...timed, mos: conversationMos };
  }
}

/** Does what a compound packet of a peer asks for. `tracks` are all that share its channel. */
export function takeRtcp(
  packets: readonly RtcpPacket[],
  tracks: readonly { readonly track: Track; readonly rtcp: RtcpSession }[],
  wanted: {
    picture(source: Track): void;
    packets(source: Track, lost: readonly number[]): void;
    rate(source: Track, bitsPerSecond: number): void;
  },
  nowMs: number,
  unixMs: number,
): void {
  const sending = (ssrc: number) => tracks.find(({ track }) => track.outgoing.ssrc === ssrc);
  for (const packet of packets) {
    if (packet.kind === 'sender-report') {
      const from = tracks.find(({ track }) => track.incoming.ssrc === packet.ssrc)?.track;
      from?.incoming.senderReport(packet.ntp, packet.rtpTimestamp, nowMs);
      if (from?.incoming.report !== undefined) from.clock.reported(from.incoming.report.unixMs, unixMs);
    }
    if (packet.kind === 'sender-report' || packet.kind === 'receiver-report')
      for (const block of packet.reports) sending(block.ssrc)?.rtcp.heard(block, unixMs);
    else if (packet.kind === 'picture-loss') {
      const source = sending(packet.mediaSsrc)?.track.source;
      if (source !== undefined) wanted.picture(source);
    } else if (packet.kind === 'full-intra-request')
      for (const { ssrc } of packet.entries) {
        const source = sending(ssrc)?.track.source;
        if (source !== undefined) wanted.picture(source);
      }
    else if (packet.kind === 'nack') {
      const to = sending(packet.mediaSsrc);
      const missing = to?.track.resend(packet.lost, nowMs, to.rtcp.roundTripMs) ?? [];
      if (to?.track.source !== undefined && missing.length > 0) wanted.packets(to.track.source, missing);
    } else if (packet.kind === 'rate-estimate')
      for (const ssrc of packet.ssrcs) {
        const source = sending(ssrc)?.track.source;
        if (source !== undefined) wanted.rate(source, packet.bitsPerSecond);
      }
  }
}
