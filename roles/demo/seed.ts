// Fills an empty server with the demo organisation, once: people, photos, phones, contact lists, some history and licences.
// Called by `parley start --demo` before it says that it is ready.
import type { Bus, CommandContract, ReplyOf, RequestOf } from '@parley/platform/bus';
import { type Config, HostError } from '@parley/platform/host';
import { changeGroups, putContacts, setAsking } from '@parley/services/contacts/contract';
import {
  getUser,
  type ImportRow,
  importUsers,
  setPhoto,
  updateUser,
} from '@parley/services/identity/contract';
import { markRead, openConversation, sendMessage } from '@parley/services/im/contract';
import { setCard, setLocation, setNote } from '@parley/services/presence/contract';
import type { TSchema } from 'typebox';
import { cards, contactsOf, conversations, type DemoConversation, notes, places } from './history.ts';
import { ACTORS, type Actor, DEMO_PASSWORD, devicePassword, organisation } from './organisation.ts';
import { portrait } from './portraits.ts';
import { seedGroup } from './seed-group.ts';
import { seedLicences } from './seed-licences.ts';
import type { ShiftedClock } from './shifted-clock.ts';

const MINUTE_MS = 60_000;
/** Fifty passwords are hashed. */
const IMPORT_DEADLINE_MS = 60_000;

export interface DemoNeeds {
  readonly bus: Bus;
  readonly config: Config;
  readonly clock: ShiftedClock;
  print(line: string): void;
}

/** Does nothing when alice is there already. */
export async function seedDemo(needs: DemoNeeds): Promise<void> {
  const { bus, config, clock, print } = needs;
  const address = (local: string) => `${local}@${config.domain}`;
  const known = await bus.call(getUser, { address: address('alice') });
  if (known.ok) return;
  print(`Making the demo organisation of ${organisation.length} people (once) …`);

  const report = await ask(importUsers, { rows: organisation.map(rowOf), dryRun: false }, IMPORT_DEADLINE_MS);
  if (report.imported !== organisation.length) {
    const [problem] = report.problems;
    throw new HostError(
      'DEMO_NOT_EMPTY',
      `The demo organisation could not be added: ${problem?.reason ?? 'nobody was imported'}`,
      'Use an empty data directory: leave --data away, or name another one.',
    );
  }
  const ids = new Map<string, string>();
  for (const person of organisation) {
    const { userId } = await ask(getUser, { address: address(person.local) });
    ids.set(person.local, userId);
    const data = portrait(person.local, person.look).toString('base64');
    await ask(setPhoto, { userId, mediaType: 'image/png', data });
  }
  await ask(updateUser, { userId: idOf('alice'), changes: { administrator: true } });
  for (const actor of ACTORS) await ask(setAsking, { userId: idOf(actor), asksWhenAdded: false });
  for (const actor of ACTORS) await fillContactList(actor);
  for (const actor of ACTORS) await ask(setAsking, { userId: idOf(actor), asksWhenAdded: true });
  for (const [local, note] of Object.entries(notes)) await ask(setNote, { userId: idOf(local), note });
  for (const [local, location] of Object.entries(places))
    await ask(setLocation, { userId: idOf(local), location });
  for (const [local, fields] of Object.entries(cards))
    await ask(setCard, { userId: idOf(local), fields, version: 0 });
  for (const conversation of conversations) await replay(conversation);
  await seedGroup({ clock, idOf, ask });
  const { domain, hostName } = config;
  await seedLicences({ clock, domain, hostName, idOf, ask });

  function rowOf(person: (typeof organisation)[number], index: number): ImportRow {
    const actor = ACTORS.find((name) => name === person.local);
    const { local, look: _look, ...fields } = person;
    return {
      ...fields,
      line: index + 1,
      address: address(local),
      password: DEMO_PASSWORD,
      devicePassword: actor === undefined ? '' : devicePassword(actor),
    };
  }

  async function fillContactList(actor: Actor): Promise<void> {
    const userId = idOf(actor);
    const entries = contactsOf(actor);
    for (const name of new Set(entries.map(({ group }) => group)))
      if (name !== '') await ask(changeGroups, { userId, change: { kind: 'create', groupId: name, name } });
    for (const { local, group, favourite } of entries) {
      const change = { favourite, addTo: group === '' ? [] : [group] };
      await ask(putContacts, { userId, contactIds: [idOf(local)], change });
    }
  }

  /** Sent as if then, so that days and order look lived in. */
  async function replay({ people, messages, unread }: DemoConversation): Promise<void> {
    const [first, ...others] = people.map(idOf);
    let seq = 0;
    try {
      clock.behindMs = (messages[0]?.[0] ?? 0) * MINUTE_MS;
      const opened = await ask(openConversation, { userId: first!, participantIds: others });
      const { conversationId } = opened;
      for (const [minutesAgo, speaker, text] of messages) {
        clock.behindMs = minutesAgo * MINUTE_MS;
        const clientId = `demo-${people.join('-')}-${minutesAgo}`;
        ({ seq } = await ask(sendMessage, { senderId: idOf(speaker), conversationId, text, clientId }));
      }
      for (const local of people) {
        await ask(markRead, { userId: idOf(local), conversationId, seq: seq - (unread?.[local] ?? 0) });
      }
    } finally {
      clock.behindMs = 0;
    }
  }

  function idOf(local: string): string {
    const id = ids.get(local);
    if (id === undefined) throw new Error(`the demo organisation has no ${local}`);
    return id;
  }

  async function ask<Q extends TSchema, R extends TSchema>(
    contract: CommandContract<Q, R>,
    request: RequestOf<CommandContract<Q, R>>,
    deadlineMs = 10_000,
  ): Promise<ReplyOf<CommandContract<Q, R>>> {
    const outcome = await bus.call(contract, request, { deadlineMs });
    if (outcome.ok) return outcome.value;
    const { code, sentence, remedy } = outcome.fault;
    throw new HostError(
      code,
      `The demo organisation could not be made: ${sentence}`,
      remedy ?? 'See the log.',
    );
  }
}

/** Whom to sign in as. */
export function demoLines(config: Config, address: string | undefined): string[] {
  const names = ACTORS.map((actor) => `${actor}@${config.domain}`).join(', ');
  const { sip } = config.listen;
  const host = sip.address === '0.0.0.0' || sip.address === '::' ? '127.0.0.1' : sip.address;
  const account = [
    `<sip:bob@${config.domain}>`,
    `auth_user=bob`,
    `auth_pass=${devicePassword('bob')}`,
    `outbound="sip:${host}:${sip.port};transport=udp"`,
    'regint=600',
  ].join(';');
  return [
    '',
    `Demo: sign in${address === undefined ? '' : ` at ${address}`} as ${names}.`,
    `The password of everybody is ${DEMO_PASSWORD}; alice may also open the console (/console).`,
    ...(sip.port === null
      ? []
      : ['A SIP phone for bob, as a line of the accounts file of baresip:', `  ${account}`]),
    '',
  ];
}
