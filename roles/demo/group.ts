// What the demo group says, with all that a message may carry. Used by seed-group.ts.

export interface GroupMessage {
  readonly minutesAgo: number;
  readonly speaker: string;
  readonly text: string;
  /** Place in the list of the message that this one answers. */
  readonly answers?: number;
  readonly mentions?: readonly string[];
  /** What the picture shows, for who cannot see it. */
  readonly picture?: string;
  /** Emoji → who put it there. */
  readonly reactions?: Readonly<Record<string, readonly string[]>>;
}

const DAY = 24 * 60;

export const GROUP_TITLE = 'Oslo launch';
/** The first starts the group and leads it. */
export const GROUP_PEOPLE = [
  'alice',
  'bob',
  'carol',
  'zoe.abrahams',
  'ayse.yildirim',
  'noemie.girard',
] as const;
/** Who has not read how many of the last messages. */
export const GROUP_UNREAD: Readonly<Record<string, number>> = { 'ayse.yildirim': 3, 'noemie.girard': 1 };

export const groupMessages: readonly GroupMessage[] = [
  {
    minutesAgo: 1 * DAY + 290,
    speaker: 'alice',
    text: 'Welcome, all! Everything for **Oslo** goes here: the stand, the phones, the training days.',
    reactions: { '❤️': ['bob', 'carol', 'noemie.girard'] },
  },
  {
    minutesAgo: 1 * DAY + 282,
    speaker: 'zoe.abrahams',
    text: 'The train on Wednesday at 7:40 is booked for the six of us.',
    reactions: { '👍': ['alice', 'bob', 'carol'] },
  },
  {
    minutesAgo: 21,
    speaker: 'noemie.girard',
    text: 'First sketch of the stand. Who is tired sits in the green corner.',
    picture: 'Plan of the stand: phones on the left, a counter in the middle, seats on the right',
    reactions: { '❤️': ['alice', 'carol', 'zoe.abrahams'], '👍': ['bob'] },
  },
  {
    minutesAgo: 17,
    speaker: 'bob',
    answers: 2,
    text: 'Lovely. Power is on the left, so the **three phones** go there.',
  },
  {
    minutesAgo: 14,
    speaker: 'carol',
    text: '@Alice Archer who answers questions on Thursday evening?',
    mentions: ['alice'],
  },
  {
    minutesAgo: 12,
    speaker: 'alice',
    text: 'I do, and Zoë will join me.',
    reactions: { '👍': ['carol', 'zoe.abrahams'] },
  },
];
