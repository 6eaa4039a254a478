// Why im refuses something: a sentence for people and what they can do, and what each is on the wire.
import { errors } from '@parley/platform/contract';

export const imErrors = errors({
  IM_SEARCH_EMPTY: {
    http: 400,
    sentence: 'The search asks for nothing.',
    remedy: 'Type a word, a phrase in quotes, or an operator such as from: or has:.',
  },
  IM_SEARCH_OVER: {
    http: 410,
    sentence: 'This search cannot be continued.',
    remedy: 'Search again.',
  },
  IM_EDITING_OFF: {
    http: 403,
    sentence: 'Messages cannot be edited here.',
    remedy: 'Send a correction, or ask your administrator, who has set this.',
  },
  IM_NO_SUCH_CONVERSATION: {
    http: 404,
    sip: 404,
    sentence: 'This conversation does not exist, or you are not in it.',
    remedy: 'Open it again from the contact list.',
  },
  IM_NO_SUCH_RECIPIENT: {
    http: 404,
    sip: 404,
    sentence: 'A recipient of this message does not exist here.',
    remedy: 'Search for the person again.',
  },
  IM_UNREACHABLE: {
    http: 403,
    sip: 480,
    sentence: 'This person cannot be reached.',
    remedy: 'Your message was not sent. Try another way to reach them.',
  },
  IM_DO_NOT_DISTURB: {
    http: 403,
    sip: 486,
    sentence: 'This person does not want to be disturbed now.',
    remedy: 'Your message was not sent. Write again when their state has changed.',
  },
  IM_NOBODY_THERE: {
    http: 409,
    sip: 480,
    sentence: 'Nobody is there to take this message, and this server keeps none.',
    remedy: 'Send it when the person is online.',
  },
  IM_MESSAGE_TOO_LONG: {
    http: 413,
    sip: 513,
    sentence: 'The message is longer than 64 KiB.',
    remedy: 'Send it in parts.',
  },
  IM_MESSAGE_EMPTY: {
    http: 400,
    sip: 400,
    sentence: 'The message is empty.',
    remedy: 'Write something first.',
  },
  IM_NO_SUCH_MESSAGE: {
    http: 404,
    sentence: 'This message does not exist.',
    remedy: 'Load the conversation again.',
  },
  IM_MESSAGE_DELETED: { http: 410, sentence: 'This message was deleted.' },
  IM_NOT_YOURS: {
    http: 403,
    sentence: 'Only who wrote a message may change it.',
    remedy: 'Answer it instead.',
  },
  IM_TOO_LATE: {
    http: 409,
    sentence: 'This message is too old to be changed.',
    remedy: 'Write a new one that corrects it.',
  },
  IM_NOTHING_KEPT: {
    http: 409,
    sentence:
      'This server keeps no messages, so none can be changed, reacted to or sent later, and none can carry an image.',
    remedy: 'Write a new message.',
  },
  IM_BAD_REACTION: { http: 400, sentence: 'A reaction is one emoji.', remedy: 'Choose one from the list.' },
  IM_TOO_MANY_REACTIONS: {
    http: 409,
    sentence: 'This message has 20 different reactions already.',
    remedy: 'Choose one of those.',
  },
  IM_NO_SUCH_SCHEDULE: {
    http: 404,
    sentence: 'This message does not wait any more: it was sent or taken back.',
  },
  IM_SCHEDULE_UNDER_WAY: {
    http: 409,
    sentence: 'This message is being sent now.',
    remedy: 'Edit or delete it when it has arrived.',
  },
  IM_BAD_SCHEDULE: {
    http: 400,
    sentence: 'A message can be sent later at a time between now and a year from now.',
    remedy: 'Choose another time.',
  },
  IM_TOO_MANY_SCHEDULED: {
    http: 409,
    sentence: 'You have 100 messages that wait for their time.',
    remedy: 'Send or cancel one of them.',
  },
  IM_BAD_IMAGE: {
    http: 415,
    sentence: 'This is no PNG, JPEG, WebP or GIF image, or it is damaged.',
    remedy: 'Save it as PNG or JPEG and try again.',
  },
  IM_IMAGE_TOO_LARGE: {
    http: 413,
    sentence: 'The image is larger than 10 MB or 50 million pixels.',
    remedy: 'Make it smaller and try again.',
  },
  IM_NO_SUCH_IMAGE: {
    http: 404,
    sentence: 'This image is not here, or you are not in its conversation.',
    remedy: 'Ask for it to be sent again.',
  },
  IM_TOO_MANY_IMAGES: {
    http: 409,
    sentence: 'You have put 50 images on the server without sending them.',
    remedy: 'Send them, or wait for a day.',
  },
  IM_UNSUPPORTED_MEDIA: {
    http: 415,
    sip: 415,
    sentence: 'This kind of message cannot be shown.',
    remedy: 'Send text/plain or message/cpim.',
  },
  IM_GROUP_LOCKED: {
    http: 403,
    sip: 403,
    sentence: 'This group is locked: nobody can be added.',
    remedy: 'Ask a leader of the group to unlock it.',
  },
  IM_GROUP_FULL: {
    http: 409,
    sip: 403,
    sentence: 'The group holds no more people.',
    remedy: 'Choose fewer people, or remove somebody first.',
  },
  IM_NOT_LEADER: {
    http: 403,
    sip: 403,
    sentence: 'Only a leader of the group may do this.',
    remedy: 'Ask a leader; the list of people shows who leads.',
  },
  IM_NOT_A_MEMBER: {
    http: 404,
    sip: 404,
    sentence: 'This person is not in the group.',
    remedy: 'Add the person first.',
  },
  IM_NOT_A_GROUP: {
    http: 409,
    sip: 403,
    sentence: 'A conversation of two cannot be changed.',
    remedy: 'Add a third person to make a group.',
  },
  IM_NOT_IN_GROUP: {
    http: 403,
    sip: 403,
    sentence: 'You are not in this group any more.',
    remedy: 'Ask somebody in the group to add you again.',
  },
  IM_GROUPS_NOT_ALLOWED: {
    http: 403,
    sip: 403,
    sentence: 'You may not start groups here.',
    remedy: 'Ask your administrator, who can allow it.',
  },
  IM_GROUPS_NOT_KEPT: {
    http: 409,
    sip: 403,
    sentence: 'This server keeps no messages, so the people of a group cannot change.',
    remedy: 'Open a conversation with all of them instead.',
  },
  IM_NOTICE_STAYS: {
    http: 409,
    sentence: 'What is told here about the group itself cannot be changed.',
    remedy: 'Write a message about it.',
  },
  IM_LINK_BLOCKED: {
    http: 403,
    sip: 403,
    sentence: 'The message was not sent: links are not allowed here.',
    remedy: 'Take the link out and send it again.',
  },
});
