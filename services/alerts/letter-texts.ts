// The words of the mail digest, in every language of the clients. Pure.

export interface LetterTexts {
  readonly subject: {
    readonly nameless: (count: number) => string;
    readonly from: (count: number, name: string) => string;
    readonly fromSeveral: (count: number, name: string, others: number) => string;
  };
  readonly greeting: (name: string) => string;
  readonly unread: (count: number) => string;
  readonly earlier: (count: number) => string;
  readonly otherConversations: (count: number) => string;
  readonly unreadIn: (count: number) => string;
  readonly picture: string;
  readonly someone: string;
  readonly open: string;
  readonly openHome: string;
  readonly why: (wait: string) => string;
  readonly wait: (minutes: number) => string;
  readonly settings: string;
  readonly stop: string;
  readonly page: {
    readonly title: string;
    readonly ask: (address: string) => string;
    readonly button: string;
    readonly done: (address: string) => string;
    readonly later: string;
  };
}

const en: LetterTexts = {
  subject: {
    nameless: (count) => (count === 1 ? 'An unread message' : `${count} unread messages`),
    from: (count, name) =>
      count === 1 ? `An unread message from ${name}` : `${count} unread messages from ${name}`,
    fromSeveral: (count, name, others) =>
      `${count} unread messages from ${name} and ${others === 1 ? 'one other' : `${others} others`}`,
  },
  greeting: (name) => `Hello ${name},`,
  unread: (count) =>
    count === 1
      ? 'a message was written to you while you were away.'
      : `${count} messages were written to you while you were away.`,
  earlier: (count) => (count === 1 ? 'One earlier message' : `${count} earlier messages`),
  otherConversations: (count) =>
    count === 1
      ? 'There is something new in one more conversation.'
      : `There is something new in ${count} more conversations.`,
  unreadIn: (count) => (count === 1 ? '1 unread message' : `${count} unread messages`),
  picture: 'A picture',
  someone: 'Somebody',
  open: 'Open the conversation',
  openHome: 'Open Parley',
  why: (wait) => `You get this mail because you wished it: ${wait}.`,
  wait: (minutes) =>
    minutes < 60
      ? 'when you are away'
      : minutes === 60
        ? 'when you are away for an hour'
        : `when you are away for ${Math.round(minutes / 60)} hours`,
  settings: 'Change it in Settings, Notifications',
  stop: 'No more of these mails',
  page: {
    title: 'Mail of unread messages',
    ask: (address) => `Shall Parley send no more mail of unread messages to ${address}?`,
    button: 'Send no more mail',
    done: (address) => `No more mail of unread messages goes to ${address}.`,
    later: 'You can switch it on again in Settings, Notifications.',
  },
};

const de: LetterTexts = {
  subject: {
    nameless: (count) => (count === 1 ? 'Eine ungelesene Nachricht' : `${count} ungelesene Nachrichten`),
    from: (count, name) =>
      count === 1 ? `Eine ungelesene Nachricht von ${name}` : `${count} ungelesene Nachrichten von ${name}`,
    fromSeveral: (count, name, others) =>
      `${count} ungelesene Nachrichten von ${name} und ${others === 1 ? 'noch jemandem' : `${others} anderen`}`,
  },
  greeting: (name) => `Guten Tag ${name},`,
  unread: (count) =>
    count === 1
      ? 'während Sie weg waren, wurde Ihnen eine Nachricht geschrieben.'
      : `während Sie weg waren, wurden Ihnen ${count} Nachrichten geschrieben.`,
  earlier: (count) => (count === 1 ? 'Eine frühere Nachricht' : `${count} frühere Nachrichten`),
  otherConversations: (count) =>
    count === 1
      ? 'In einer weiteren Unterhaltung gibt es Neues.'
      : `In ${count} weiteren Unterhaltungen gibt es Neues.`,
  unreadIn: (count) => (count === 1 ? '1 ungelesene Nachricht' : `${count} ungelesene Nachrichten`),
  picture: 'Ein Bild',
  someone: 'Jemand',
  open: 'Unterhaltung öffnen',
  openHome: 'Parley öffnen',
  why: (wait) => `Sie bekommen diese Mail, weil Sie es so gewünscht haben: ${wait}.`,
  wait: (minutes) =>
    minutes < 60
      ? 'wenn Sie weg sind'
      : minutes === 60
        ? 'wenn Sie eine Stunde weg sind'
        : `wenn Sie ${Math.round(minutes / 60)} Stunden weg sind`,
  settings: 'Unter Einstellungen, Benachrichtigungen ändern',
  stop: 'Keine solchen Mails mehr',
  page: {
    title: 'Mail über ungelesene Nachrichten',
    ask: (address) => `Soll Parley keine Mail über ungelesene Nachrichten mehr an ${address} senden?`,
    button: 'Keine Mail mehr senden',
    done: (address) => `An ${address} geht keine Mail über ungelesene Nachrichten mehr.`,
    later: 'Unter Einstellungen, Benachrichtigungen können Sie sie wieder einschalten.',
  },
};

const languages: Readonly<Record<string, LetterTexts>> = { en, de };

/** English where nobody has translated it yet. */
export function letterLanguage(code: string): string {
  const base = code.toLowerCase().split('-')[0] ?? '';
  return Object.hasOwn(languages, base) ? base : 'en';
}

export function letterTexts(code: string): LetterTexts {
  return languages[letterLanguage(code)] ?? en;
}
