// Fuzz target of reports of phones on quality: whatever the bytes, nothing throws, and what was read is within its range.
import { parseVoiceQualityReport } from './body/voice-quality-report.ts';

/** Folders with seeds, from the root of the repository. */
export const corpus: string[] = ['spec/corpora/voice-quality'];

export function fuzz(data: Uint8Array): void {
  const report = parseVoiceQualityReport(data);
  if (report === undefined) return;
  if (report.callId === '') throw new Error('a report of no call');
  for (const metrics of [report.local, report.remote ?? {}]) {
    const { lossRate = 0, discardRate = 0, conversationMos = 1, listeningMos = 1, roundTripMs = 0 } = metrics;
    const isFine =
      [lossRate, discardRate].every((rate) => rate >= 0 && rate <= 1) &&
      [conversationMos, listeningMos].every((mos) => mos >= 1 && mos <= 5) &&
      roundTripMs >= 0;
    if (!isFine) throw new Error(`out of range: ${JSON.stringify(metrics)}`);
  }
}
