// What the demo organisation has said and whom its people know. Used by seed.ts.
import type { CardFields } from '@parley/services/presence/contract';
import type { Actor } from './organisation.ts';

export interface DemoContact {
  readonly local: string;
  readonly group: string;
  readonly favourite: boolean;
}

/** Groups of each actor's contact list: group → local parts; a `*` marks a favourite. */
const GROUPS: Readonly<Record<Actor, Readonly<Record<string, readonly string[]>>>> = {
  alice: {
    'Sales team': [
      'zoe.abrahams*',
      'lukasz.wisniewski',
      'ayse.yildirim',
      'nils.angstrom',
      'chiara.esposito',
      'grace.okafor',
    ],
    'Engineering contacts': ['bob*', 'priya.raman', 'muge.sahin'],
    'Head office': ['carol*', 'dave', 'victoria.sorensen', 'marie.claire.dupre', 'oluwaseun.bello'],
  },
  bob: {
    Engineering: [
      'muge.sahin',
      'jurgen.weiss*',
      'soren.kjaer',
      'priya.raman*',
      'hana.novakova',
      'kenji.watanabe',
      'aesa.thorsdottir',
    ],
    Others: ['alice*', 'carol', 'dave', 'ayse.yildirim', 'siobhan.ni.bhriain'],
  },
  carol: {
    'Support team': [
      'joao.conceicao*',
      'ines.goncalves',
      'francois.lefevre',
      'omer.celik',
      'malgorzata.zak',
      'ruben.simoes',
      'eszter.szoke',
    ],
    Others: ['alice*', 'bob*', 'dave', 'fatima.el.amrani'],
  },
  dave: {
    Finance: ['anna.lena.grunwald', 'etienne.moreau*', 'ngoc.tran', 'robert.kowalczyk', 'beatriz.munoz'],
    Management: ['victoria.sorensen*', 'rajesh.iyer', 'marie.claire.dupre', 'fatima.el.amrani'],
    Others: ['alice', 'bob', 'carol'],
  },
};

export function contactsOf(actor: Actor): DemoContact[] {
  return Object.entries(GROUPS[actor]).flatMap(([group, entries]) =>
    entries.map((entry) => ({ local: entry.replace('*', ''), group, favourite: entry.endsWith('*') })),
  );
}

export interface DemoConversation {
  readonly people: readonly string[];
  /** Minutes before now, speaker, text; oldest first. */
  readonly messages: readonly (readonly [minutesAgo: number, speaker: string, text: string])[];
  /** Who has not read how many of the last messages. */
  readonly unread?: Readonly<Record<string, number>>;
}

const HOUR = 60;
const DAY = 24 * HOUR;

export const conversations: readonly DemoConversation[] = [
  {
    people: ['alice', 'bob'],
    messages: [
      [
        3 * DAY + 95,
        'alice',
        'Hi Bob, the customer in Oslo asks whether their desk phones can stay. Do you know the models?',
      ],
      [
        3 * DAY + 93,
        'bob',
        'Yes, about forty of them. They speak plain SIP, so they register with us as they are.',
      ],
      [3 * DAY + 92, 'alice', 'That makes my day. Can you show it to them on Thursday?'],
      [3 * DAY + 90, 'bob', 'Sure. I will bring one along and sign it in while they watch.'],
      [1 * DAY + 200, 'alice', 'The slides are in the shared folder. Slide 7 is yours.'],
      [
        1 * DAY + 196,
        'bob',
        'Slide 7 looks good. I changed "telephone" to "phone" everywhere, hope that is fine.',
      ],
      [1 * DAY + 195, 'alice', 'Perfect 👍'],
      [47, 'bob', 'The demo phone is configured. Call me on it when you have a minute?'],
      [45, 'alice', 'In ten minutes, I am just finishing with Zoë.'],
    ],
  },
  {
    people: ['alice', 'carol'],
    messages: [
      [
        2 * DAY + 310,
        'carol',
        'Good morning! Two tickets from your Milan account, both solved. Shall I write to Chiara as well?',
      ],
      [2 * DAY + 300, 'alice', 'Please do, she is visiting them this afternoon.'],
      [2 * DAY + 298, 'carol', 'Done.'],
      [26, 'carol', 'One more thing: they would like a training day in March. Who plans those now?'],
      [24, 'carol', 'Found it, Kateřina does. I have asked her.'],
    ],
    unread: { alice: 2 },
  },
  {
    people: ['alice', 'dave'],
    messages: [
      [1 * DAY + 420, 'dave', 'Alice, could you confirm the order volume for the quarter by Friday?'],
      [1 * DAY + 400, 'alice', 'You will have it tomorrow. Nils is checking the last two contracts.'],
      [1 * DAY + 399, 'dave', 'Thank you.'],
    ],
  },
  {
    people: ['alice', 'zoe.abrahams'],
    messages: [
      [80, 'zoe.abrahams', 'Do you have the new price list? Mine is from last year.'],
      [78, 'alice', 'Sending it now. Page 3 has changed the most.'],
      [77, 'zoe.abrahams', 'Got it, thanks!'],
    ],
  },
  {
    people: ['bob', 'jurgen.weiss'],
    messages: [
      [
        1 * DAY + 65,
        'jurgen.weiss',
        'Servus Bob, the load test ran overnight: 10,000 connections and not one lost message.',
      ],
      [1 * DAY + 60, 'bob', 'Wonderful. How was the memory?'],
      [1 * DAY + 58, 'jurgen.weiss', 'Flat after the first hour. The graphs are on the wiki.'],
    ],
  },
  {
    people: ['bob', 'carol'],
    messages: [
      [5 * HOUR, 'carol', 'A customer says their phone rings once and stops. Does that sound familiar?'],
      [
        5 * HOUR - 4,
        'bob',
        'Often that is a second registration of an old device. Look at the devices of the user in the console.',
      ],
      [5 * HOUR - 11, 'carol', 'There was one from 2019. Removed, and it rings. You are a star.'],
      [5 * HOUR - 12, 'bob', '😄'],
    ],
  },
  {
    people: ['carol', 'joao.conceicao'],
    messages: [
      [3 * HOUR, 'joao.conceicao', 'I can take the late shift on Wednesday if Inês still wants to swap.'],
      [3 * HOUR - 2, 'carol', 'She does. Thank you, João!'],
    ],
  },
  {
    people: ['dave', 'etienne.moreau'],
    messages: [
      [2 * DAY + 30, 'etienne.moreau', 'Le budget est prêt pour relecture.'],
      [2 * DAY + 12, 'dave', 'Merci Étienne, je regarde ça cet après-midi.'],
    ],
  },
  {
    people: ['alice', 'bob', 'carol'],
    messages: [
      [1 * DAY + 130, 'alice', 'Lunch on Friday, the three of us? The place by the canal has reopened.'],
      [1 * DAY + 128, 'carol', 'Yes please!'],
      [1 * DAY + 121, 'bob', 'I am in. 12:30?'],
      [1 * DAY + 120, 'alice', '12:30. I will book a table.'],
    ],
  },
];

/** Notes under the names. */
export const notes: Readonly<Record<string, string>> = {
  carol: 'On support duty until 18:00',
  'jurgen.weiss': 'Testing — please write rather than call',
  'victoria.sorensen': 'In Copenhagen this week',
  bob: 'Packing phones for Oslo',
  'zoe.abrahams': 'In Oslo from Wednesday',
  'priya.raman': 'Interviews until 16:00',
};

/** Where people say that they are. */
export const places: Readonly<Record<string, string>> = {
  bob: 'London, third floor',
  carol: 'At home',
};

const ADDRESSES = {
  london: '40 Canal Street, London',
  lisbon: 'Rua do Farol 18, Lisbon',
};

/** What people have written on their cards themselves: home numbers for the level Personal, mobile ones for Team. */
export const cards: Readonly<Record<string, CardFields>> = {
  alice: cardOf(ADDRESSES.london, '+447700900101', '+442079460301'),
  bob: cardOf(ADDRESSES.london, '+447700900102', '+442079460302'),
  carol: cardOf(ADDRESSES.lisbon, '+447700900103', ''),
};

function cardOf(workAddress: string, mobile: string, home: string): CardFields {
  return { company: 'Parley Example', workAddress, site: 'https://parley.example/', mobile, home, other: '' };
}
