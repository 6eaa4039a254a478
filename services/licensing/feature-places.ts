// Which feature of table A9 is asked for where. A feature that Parley has and nobody asks for would be free; one that is
// asked for and stands not here would be refused by surprise: feature-places.test.ts reads the code and finds both.

export interface Place {
  /** From the root of the repository. */
  readonly file: string;
  /** What a person does there. */
  readonly what: string;
}

/** Not in Parley yet: what it comes with. */
export interface Coming {
  readonly comesWith: string;
}

const meetings: Coming = { comesWith: 'meetings' };
const sharing: Coming = { comesWith: 'sharing in meetings' };
const telephony: Coming = { comesWith: 'call handling: numbers, forwarding, queues' };

export const featurePlaces: Readonly<Record<string, readonly Place[] | Coming>> = {
  im: [
    {
      file: 'services/im/licence.ts',
      what: 'writing to one person, beginning to, showing that one types: by browser and by SIP MESSAGE',
    },
  ],
  'group-im': [{ file: 'services/im/licence.ts', what: 'the same with three people or more' }],
  presence: [
    {
      file: 'services/presence/licence.ts',
      what: 'saying how one is by browser; PUBLISH and SUBSCRIBE by SIP',
    },
    { file: 'services/contacts/service.ts', what: 'adding and grouping contacts' },
    { file: 'services/web-access/licence.ts', what: 'seeing in a browser how others are' },
  ],
  'p2p-voice-video': [
    {
      file: 'services/calls/licence.ts',
      what: 'calling from a browser and by SIP INVITE; answering and taking over a call in a browser',
    },
  ],
  'file-transfer': { comesWith: 'files in conversations' },
  'chat-rooms': { comesWith: 'chat rooms' },
  'web-conferencing': meetings,
  'multiparty-collaboration': meetings,
  'application-sharing': sharing,
  'desktop-sharing': sharing,
  'audio-conferencing': { comesWith: 'meetings that can be dialled' },
  'call-routing': telephony,
  'user-call-management': [
    { file: 'services/calls/licence.ts', what: 'transferring a call, sending one on that rings' },
    {
      file: 'services/call-routing/licence.ts',
      what: 'changing where one’s calls go; without the licence the rules rest, and one’s devices ring',
    },
    { file: 'services/voicemail/licence.ts', what: 'having callers leave messages' },
  ],
  'remote-call-control': { comesWith: 'the control of desk phones' },
  'softphone-voice-media': [
    { file: 'services/calls/licence.ts', what: 'calling a telephone number from a browser' },
  ],
  'team-call': telephony,
  delegation: telephony,
  'response-group': { comesWith: 'response groups' },
  'single-number-reach': telephony,
};

/** What a command of a browser or a SIP method is to the licences. */
export type Use = { readonly features: readonly string[] } | { readonly free: string };

const writing: Use = { features: ['im', 'group-im'] };
const presence: Use = { features: ['presence'] };
const own: Use = { free: 'what one says of oneself, and to whom, costs no licence' };
const alerts: Use = { free: 'how one is told of messages costs nothing beyond them' };
const takingBack: Use = { free: 'to take back what one did is never refused' };
const calling: Use = { features: ['p2p-voice-video', 'softphone-voice-media'] };
const talking: Use = { features: ['p2p-voice-video'] };
const managing: Use = { features: ['user-call-management'] };
const inCall: Use = {
  free: 'what belongs to a call that was allowed is never refused, and to end one least of all',
};
const reading: Use = { free: 'to read what is one’s own is never refused' };

export const usesOfCommands: Readonly<Record<string, Use>> = {
  'im.open': writing,
  'im.send': writing,
  'im.typing': writing,
  'im.conversation': reading,
  'im.startGroup': writing,
  'im.changeGroup': writing,
  'im.receipts': reading,
  'im.setPrivacy': own,
  'people.department': presence,
  'im.edit': writing,
  'im.react': writing,
  'im.delete': takingBack,
  'im.schedule': writing,
  'im.reschedule': writing,
  'im.sendScheduled': writing,
  'im.scheduled': reading,
  'im.unschedule': takingBack,
  'im.history': reading,
  'im.search': reading,
  'im.read': reading,
  'presence.setState': presence,
  'presence.setNote': presence,
  'presence.setLocation': presence,
  'presence.readOwn': reading,
  'presence.setSettings': presence,
  'presence.activity': presence,
  'access.set': own,
  'access.preview': own,
  'card.set': own,
  'alert.attend': alerts,
  'alert.dismiss': alerts,
  'alert.settings': alerts,
  'alert.putSettings': alerts,
  'alert.subscribe': alerts,
  'alert.unsubscribe': alerts,
  'contact.list': reading,
  'contact.frequent': reading,
  'contact.put': presence,
  'contact.remove': takingBack,
  'contact.changeGroups': presence,
  'contact.undo': takingBack,
  'contact.import': presence,
  'contact.lastImport': reading,
  'contact.answer': presence,
  'contact.setAsking': own,
  'people.search': presence,
  'call.place': calling,
  'call.ringing': inCall,
  'call.answer': talking,
  'call.continue': inCall,
  'call.move': talking,
  'call.toPhone': talking,
  'call.decline': inCall,
  'call.redirect': managing,
  'call.hangUp': inCall,
  'call.hold': inCall,
  'call.transfer': managing,
  'call.signal': inCall,
  'call.iceServers': reading,
  'call.list': reading,
  'call.quality': inCall,
  'call.rate': own,
  'call.explain': reading,
  'call.history': reading,
  'call.seen': own,
  'call.forget': own,
  'callRules.get': reading,
  'callRules.put': managing,
  'callRules.plan': reading,
  'voicemail.list': reading,
  'voicemail.mark': own,
  'voicemail.remove': takingBack,
  'voicemail.mailbox': reading,
  'voicemail.setMailbox': managing,
};

export const usesOfMethods: Readonly<Record<string, Use>> = {
  REGISTER: { free: 'a phone has to be there for what is never refused, such as emergency calls' },
  OPTIONS: { free: 'it asks whether the server is there' },
  NOTIFY: { free: 'the server sends it' },
  MESSAGE: { features: ['im'] },
  SUBSCRIBE: presence,
  PUBLISH: presence,
};
