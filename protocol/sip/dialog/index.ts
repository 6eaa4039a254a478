export { cancelOf } from './cancel.ts';
export {
  acknowledgeInDialog,
  confirmUacDialog,
  createUacDialog,
  createUasDialog,
  type Dialog,
  type DialogOutcome,
  endsDialog,
  type InDialogParts,
  isTargetRefresh,
  nextHopOf,
  type Refusal,
  receiveSequence,
  refreshTarget,
  requestInDialog,
  type UasDialogOptions,
} from './dialog.ts';
export { dialogKey, dialogKeyOfRequest, dialogKeyOfResponse, keyOfDialog } from './dialog-key.ts';
export { type ReferenceOutcome, referencedDialog, referenceTo } from './dialog-reference.ts';
export { InviteClient, type InviteClientState } from './invite-client.ts';
export { openServerSession, type ServerSessionOptions, type ServerSessionOutcome } from './invite-server.ts';
export { InviteSession } from './invite-session.ts';
export { describesSession, type OfferState } from './offer-answer.ts';
export {
  type ReferNotify,
  type ReferProgress,
  type Referral,
  type ReferralOptions,
  type ReferralOutcome,
  readReferNotify,
  receiveRefer,
  referNotify,
} from './referral.ts';
export {
  type AnswerChallenge,
  type AnswerParts,
  DEFAULT_SESSION_OPTIONS,
  type MessageParts,
  type SessionEvent,
  type SessionOptions,
  type SessionOutput,
} from './session-output.ts';
export {
  agreedSessionTimer,
  answerSessionTimer,
  DEFAULT_SESSION_TIMER,
  type SessionTimer,
  type SessionTimerAnswer,
  type SessionTimerPolicy,
  sessionTimerRequest,
  startSessionTimer,
} from './session-timer.ts';
export { addressStrictRouter, removeOwnRoute, repairStrictRoute } from './strict-route.ts';
