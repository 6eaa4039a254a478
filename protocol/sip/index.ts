export type { HeaderFields } from './header-fields.ts';
export { NO_BODY } from './message.ts';
export type { SipMessage, SipParseError, SipParseResult, SipRequest, SipResponse } from './message.ts';
