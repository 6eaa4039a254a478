// What this server can tell an address about.
export const WEBHOOK_EVENTS = [
  'over-limit',
  'grace-started',
  'grace-ended',
  'assurance-ending',
  'file-ending',
  'cap-reached',
] as const;
