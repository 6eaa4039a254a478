// Messages and names for the tests of dialogs and calls: alice calls bob.
import { createRequest, responseTo } from '../../build-message.ts';
import type { SipRequest, SipResponse } from '../../message.ts';
import type { SessionOptions, SessionOutput } from '../session-output.ts';
import { DEFAULT_SESSION_OPTIONS } from '../session-output.ts';

export const SDP = new TextEncoder().encode('v=0\r\n');
export const WITH_SDP = { headers: [['Content-Type', 'application/sdp']] as const, body: SDP };
export const OPTIONS: SessionOptions = { ...DEFAULT_SESSION_OPTIONS, random: () => 0.5 };

type Changes = Readonly<Record<string, string>>;

const INVITE: Changes = {
  From: '<sip:alice@example.com>;tag=a1',
  To: '<sip:bob@example.com>',
  'Call-ID': 'c1',
  CSeq: '10 INVITE',
  Contact: '<sip:alice@192.0.2.1>',
  'Content-Type': 'application/sdp',
};

/** An empty text takes a field away. */
export function requestWith(
  changes: Changes = {},
  options: { readonly method?: string; readonly body?: Uint8Array; readonly uri?: string } = {},
): SipRequest {
  return createRequest({
    method: options.method ?? 'INVITE',
    uri: options.uri ?? 'sip:bob@example.com',
    headers: Object.entries({ ...INVITE, ...changes }).filter(([, value]) => value !== ''),
    body: options.body ?? SDP,
  });
}

/** A request of alice in the dialog a1 ↔ b1, without a body unless one is given. */
export function inDialog(
  method: string,
  sequence: number,
  changes: Changes = {},
  body = new Uint8Array(0),
): SipRequest {
  const fields = { To: '<sip:bob@example.com>;tag=b1', CSeq: `${sequence} ${method}`, ...changes };
  return requestWith(fields, { method, body });
}

/** Bob's response to `request`, from the fork with this tag. */
export function answered(
  request: SipRequest,
  status: number,
  changes: Changes = {},
  { tag = 'b1', body }: { readonly tag?: string; readonly body?: Uint8Array } = {},
): SipResponse {
  const fields = Object.entries({ Contact: `<sip:${tag}@192.0.2.2>`, ...changes });
  const headers = fields.filter(([, value]) => value !== '');
  if (body !== undefined) headers.push(['Content-Type', 'application/sdp']);
  return responseTo(request, status, { toTag: tag, headers, body });
}

/** `send BYE, respond 487 INVITE, ack, ended them BYE` */
export function spell(outputs: readonly SessionOutput[]): string {
  return outputs.map(spellOne).join(', ');
}

function spellOne(output: SessionOutput): string {
  switch (output.kind) {
    case 'send':
      return `send ${output.request.method}`;
    case 'acknowledge':
      return 'ack';
    case 'respond':
      return `respond ${output.response.status} ${output.request.method}`;
    case 'notNow':
      return `not now: ${output.reason}`;
    case 'event': {
      const { event } = output;
      if (event.kind === 'ended') return `ended ${event.by} ${event.reason}`;
      if (event.kind === 'response') return `response ${event.response.status} ${event.request.method}`;
      if (event.kind === 'request') return `request ${event.request.method}`;
      if (event.kind === 'retryDue') return `retry ${event.method}`;
      if (event.kind === 'progress' || event.kind === 'accepted')
        return `${event.kind}${event.needsAnswer ? ' needs answer' : ''}`;
      return event.kind;
    }
  }
}

/** The first request or response among the outputs. */
export function sentRequest(outputs: readonly SessionOutput[], method: string): SipRequest {
  for (const output of outputs) {
    if ((output.kind === 'send' || output.kind === 'acknowledge') && output.request.method === method)
      return output.request;
  }
  throw new Error(`no ${method} in ${spell(outputs)}`);
}

export function sentResponse(outputs: readonly SessionOutput[]): SipResponse {
  for (const output of outputs) if (output.kind === 'respond') return output.response;
  throw new Error(`no response in ${spell(outputs)}`);
}
