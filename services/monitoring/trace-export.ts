// Files of what was traced: text for people, a capture for Wireshark. Collects the pages of full texts; used by http.ts and
// by the door for the command line.
import type { Bus } from '@parley/platform/bus';
import { done, type Outcome, type RequestOf } from '@parley/platform/contract';
import { monitoringErrors, openTexts, showLadder, type TraceText } from './contract.ts';
import { ladderText, messagesText } from './ladder-text.ts';
import { pcapFile } from './pcap.ts';

export type TraceFormat = 'text' | 'pcap';

const MAX_FILE_BYTES = 64 * 1024 * 1024;
const DEADLINE_MS = 20_000;

/** Every message of one Call-ID in order of time, or those with these ids. */
export async function collectTexts(
  bus: Bus,
  request: Omit<RequestOf<typeof openTexts>, 'after'>,
): Promise<Outcome<TraceText[]>> {
  const texts: TraceText[] = [];
  let bytes = 0;
  let after: string | undefined;
  do {
    const page = await bus.call(
      openTexts,
      { ...request, ...(after === undefined ? {} : { after }) },
      { deadlineMs: DEADLINE_MS },
    );
    if (!page.ok) return page;
    for (const text of page.value.texts) bytes += text.text.length + text.hiddenBytes;
    if (bytes > MAX_FILE_BYTES) return monitoringErrors.fault('MONITORING_TOO_LONG');
    texts.push(...page.value.texts);
    after = page.value.next;
  } while (after !== undefined);
  return done(texts.sort((one, other) => one.at - other.at));
}

/** @param callIds one after the other in the text; by time in the capture. */
export async function exportCalls(
  bus: Bus,
  { actor, callIds, format }: { actor: string; callIds: readonly string[]; format: TraceFormat },
): Promise<Outcome<Uint8Array>> {
  const all: TraceText[] = [];
  const lines: string[] = [];
  for (const callId of callIds) {
    const texts = await collectTexts(bus, { actor, purpose: format, callId });
    if (!texts.ok) return texts;
    all.push(...texts.value);
    if (format === 'pcap') continue;
    const shown = await bus.call(showLadder, { callId }, { deadlineMs: DEADLINE_MS });
    if (!shown.ok) return shown;
    lines.push(...ladderText(shown.value.ladder), '', ...messagesText(texts.value), '');
  }
  if (format === 'text') return done(new TextEncoder().encode(lines.join('\n')));
  return done(pcapFile(all.sort((one, other) => one.at - other.at)));
}
