import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseVoiceQualityReport } from './voice-quality-report.ts';

const encode = (text: string) => new TextEncoder().encode(text);

/** RFC 6035 §4.6.2.1, as its body stands there. */
const SESSION_REPORT = [
  'VQSessionReport: CallTerm',
  'CallID: 12345@atlanta.example.com',
  'LocalID: Alice <sip:alice@example.org>',
  'RemoteID: Bill <sip:bill@example.net>',
  'OrigID: Alice <sip:alice@example.org>',
  'LocalGroup: example-phone-group-1',
  'RemoteGroup: example-phone-group-2',
  'LocalAddr: IP=10.10.1.100 PORT=5000 SSRC=1a3b5c7d',
  'LocalMAC: 00:1f:5b:cc:21:0f',
  'RemoteAddr: IP=11.1.1.150 PORT=5002 SSRC=0x2468abcd',
  'RemoteMAC: 00:26:08:8e:95:02',
  'LocalMetrics:',
  'Timestamps: START=2004-10-10T18:23:43Z STOP=2004-10-10T18:26:02Z',
  'SessionDesc: PT=18 PD=G729 SR=8000 FD=20 FO=20 FPP=2 PPS=50 FMTP="annexb=no" PLC=3 SSUP=on',
  'JitterBuffer: JBA=3 JBR=2 JBN=40 JBM=80 JBX=120',
  'PacketLoss: NLR=5.0 JDR=2.0',
  'BurstGapLoss: BLD=0 BD=0 GLD=2.0 GD=500 GMIN=16',
  'Delay: RTD=200 ESD=140 SOWD=200 IAJ=2 MAJ=10',
  'Signal: SL=-18 NL=-50 RERL=55',
  'QualityEst: RLQ=90 RCQ=85 EXTRI=90 MOSLQ=4.2 MOSCQ=4.3 QoEEstAlg=P.564',
  'RemoteMetrics:',
  'Timestamps: START=2004-10-10T18:23:43Z STOP=2004-10-10T18:26:02Z',
  'SessionDesc: PT=18 PD=G729 SR=8000 FD=20 FO=20 FPP=2 PPS=50',
  'PacketLoss: NLR=1.0 JDR=0.5',
  'Delay: RTD=200 ESD=140 SOWD=200 IAJ=2 MAJ=10',
  'QualityEst: RLQ=70 RCQ=60 MOSLQ=3.5 MOSCQ=2.9',
  'DialogID: 1890463548@alice.example.org;to-tag=8472761;from-tag=9123dh311',
  '',
].join('\r\n');

test('RFC 6035 §4.6: a report at the end of a call, with what both ends heard', () => {
  const report = parseVoiceQualityReport(encode(SESSION_REPORT));
  assert.equal(report?.kind, 'session');
  assert.equal(report.callId, '12345@atlanta.example.com');
  assert.deepEqual(report.local, {
    startMs: Date.parse('2004-10-10T18:23:43Z'),
    stopMs: Date.parse('2004-10-10T18:26:02Z'),
    codec: 'G729',
    packetsPerSecond: 50,
    lossRate: 0.05,
    discardRate: 0.02,
    roundTripMs: 200,
    endSystemDelayMs: 140,
    jitterMs: 2,
    listeningMos: 4.2,
    conversationMos: 4.3,
  });
  assert.deepEqual([report.remote?.lossRate, report.remote?.conversationMos], [0.01, 2.9]);
});

test('RFC 6035 §4.6: an interval and an alert are told by their first line; without RemoteMetrics there is no other end', () => {
  const of = (first: string) =>
    parseVoiceQualityReport(encode(`${first}\nCallID: a@b\nLocalMetrics:\nPacketLoss:NLR=10.0`));
  assert.equal(of('VQIntervalReport')?.kind, 'interval');
  const alert = of('VQAlertReport: Type=NLR Severity=Critical Dir=local');
  assert.deepEqual(alert, { kind: 'alert', callId: 'a@b', local: { lossRate: 0.1 } });
});

test('what lies is left out, and what is no report is none', () => {
  const lies = parseVoiceQualityReport(
    encode(
      'VQSessionReport\r\nCallID: a@b\r\nPacketLoss:NLR=900 JDR=-3\r\nQualityEst:MOSLQ=127 MOSCQ=NaN\r\nDelay:RTD=1e9',
    ),
  );
  assert.deepEqual(lies?.local, {});
  for (const text of ['', 'VQSessionReport', 'Call: x\r\nCallID: a', 'VQSessionReport\r\nCallID:'])
    assert.equal(parseVoiceQualityReport(encode(text)), undefined);
  assert.equal(
    parseVoiceQualityReport(encode(`VQSessionReport\r\nCallID: a\r\n${'x'.repeat(20_000)}`)),
    undefined,
  );
});
