export { type ExpiresBounds, type GrantedExpires, grantedExpires } from './expires.ts';
export {
  acceptHeaders,
  activate as activateSubscription,
  type CreateOptions as CreateSubscriptionOptions,
  createSubscription,
  isExpired,
  type NotifyContent,
  notifyAnswered,
  notifyRequest,
  refreshSubscription,
  type SubscribeOutcome,
  type Subscription,
  subscriptionKey,
  type TerminationReason,
  terminate as terminateSubscription,
} from './subscription.ts';
