// Reports of phones by PUBLISH (RFC 6035 §4.1, RFC 3903 §6): of calls that the sender was in, and of no others. The only file
// of quality that sees SIP.
import type { ServiceContext } from '@parley/platform/host';
import type { ServerRequest } from '@parley/platform/net';
import {
  parseEvent,
  parseVoiceQualityReport,
  VOICE_QUALITY_EVENT,
  VOICE_QUALITY_TYPE,
} from '@parley/protocol/sip';
import { sideOfCallId } from '../calls/contract.ts';
import { type Caller, hangStation } from '../proxy/station.ts';
import { phoneReported } from './contract.ts';

export function takePublications(context: ServiceContext): Disposable {
  const { bus } = context;

  async function take(server: ServerRequest, { userId }: Caller): Promise<number> {
    const { headers, body } = server.request;
    const type = (headers.get('Content-Type') ?? '').split(';', 1)[0]!.trim().toLowerCase();
    if (type !== VOICE_QUALITY_TYPE) return 415;
    const report = parseVoiceQualityReport(body);
    if (report === undefined) return 400;
    const found = await bus.call(sideOfCallId, { userId, callId: report.callId });
    // A call that went past us, between two phones: nothing to write it under.
    if (!found.ok) return found.fault.code === 'CALL_NO_RECORD' ? 200 : 503;
    const { recordId, sideId } = found.value.side;
    const device = (headers.get('User-Agent') ?? '').slice(0, 200);
    const text = new TextDecoder().decode(body);
    const told = await bus.call(phoneReported, { recordId, sideId, userId, device, body: text });
    if (told.ok) return 200;
    return told.fault.code === 'QUALITY_NOT_READ' ? 400 : 503;
  }

  return hangStation(context.sip(), 'quality', async (server, caller) => {
    const { method, headers } = server.request;
    if (method !== 'PUBLISH' || parseEvent(headers.get('Event') ?? '')?.type !== VOICE_QUALITY_EVENT)
      return false;
    const status = await take(server, caller);
    const isTaken = status === 200;
    const accepted: [string, string][] = status === 415 ? [['Accept', VOICE_QUALITY_TYPE]] : [];
    // RFC 3903 §6: nothing is refreshed, so the publication is over at once.
    const entity: [string, string][] = isTaken
      ? [
          ['SIP-ETag', 'report'],
          ['Expires', '0'],
        ]
      : accepted;
    server.respond(status, { headers: entity });
    return true;
  });
}
