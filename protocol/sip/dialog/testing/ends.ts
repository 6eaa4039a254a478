// The two ends of a call in the states from which the tests of InviteSession start.
import assert from 'node:assert/strict';
import { createUacDialog } from '../dialog.ts';
import { openServerSession } from '../invite-server.ts';
import { InviteSession } from '../invite-session.ts';
import type { SessionOptions } from '../session-output.ts';
import { answered, inDialog, OPTIONS, requestWith, SDP, spell, WITH_SDP } from './call.ts';

/** Bob, whom alice's INVITE has reached. */
export function ringing(
  changes: Readonly<Record<string, string>> = {},
  body = SDP,
  options: SessionOptions = OPTIONS,
) {
  const invite = requestWith(changes, { body });
  const opened = openServerSession(invite, { ...options, localTag: 'b1', localContact: 'sip:bob@192.0.2.2' });
  assert.ok(opened.ok);
  return { bob: opened.session, invite };
}

/** Bob in a call that alice's ACK has completed. */
export function talking() {
  const { bob, invite } = ringing();
  bob.respond(invite, 200, WITH_SDP, 0);
  bob.receiveRequest(inDialog('ACK', 10), 0);
  assert.equal(bob.dialog.state, 'confirmed');
  return bob;
}

/** Alice in a call that bob has answered. */
export function called(options = OPTIONS, okFields: Readonly<Record<string, string>> = {}): InviteSession {
  const invite = requestWith();
  const ok = answered(invite, 200, okFields, { body: SDP });
  const made = createUacDialog(invite, ok);
  assert.ok(made.ok);
  const alice = new InviteSession({ ...made.dialog, state: 'early' }, invite, options);
  assert.equal(spell(alice.receiveResponse(ok, 0)), 'ack, accepted');
  return alice;
}

/** What happens if only time does: `500 respond 200 INVITE`. */
export function schedule(session: InviteSession, limit = 40): string[] {
  const seen: string[] = [];
  for (let at = session.wakeAt; at !== undefined && seen.length < limit; at = session.wakeAt) {
    const outputs = session.advance(at);
    if (outputs.length > 0) seen.push(`${at} ${spell(outputs)}`);
  }
  return seen;
}
