// The settings of a policy in the order of the page, and how each is written. Pure.
import type { SettingName } from './policy-api.ts';

export type SettingRow =
  | { readonly name: SettingName; readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly name: SettingName; readonly kind: 'switch' | 'text' | 'lines' }
  | { readonly name: SettingName; readonly kind: 'number'; readonly least: number; readonly most: number };

export const settingSections: readonly {
  readonly name: 'links' | 'messages' | 'groups' | 'calls' | 'voicemail' | 'contacts';
  readonly rows: readonly SettingRow[];
}[] = [
  {
    name: 'links',
    rows: [
      { name: 'linkFilter', kind: 'choice', choices: ['allow', 'defang', 'warn', 'block'] },
      { name: 'linkPrefixes', kind: 'lines' },
      { name: 'linkDomains', kind: 'lines' },
      { name: 'linkWarning', kind: 'text' },
    ],
  },
  {
    name: 'messages',
    rows: [
      { name: 'banner', kind: 'text' },
      { name: 'receipts', kind: 'switch' },
      { name: 'editing', kind: 'switch' },
      { name: 'mailDigest', kind: 'choice', choices: ['text', 'sender', 'nothing', 'forbidden'] },
    ],
  },
  {
    name: 'groups',
    rows: [
      { name: 'startGroups', kind: 'switch' },
      { name: 'groupSize', kind: 'number', least: 3, most: 100 },
      { name: 'groupExpansion', kind: 'number', least: 1, most: 1_000 },
      { name: 'historyForNewPeople', kind: 'choice', choices: ['none', 'sinceJoin', 'all'] },
    ],
  },
  {
    name: 'calls',
    rows: [
      { name: 'forwarding', kind: 'switch' },
      { name: 'ringAlso', kind: 'switch' },
      { name: 'outsideNumbers', kind: 'switch' },
      { name: 'tooSoonMs', kind: 'number', least: 0, most: 8_000 },
    ],
  },
  {
    name: 'voicemail',
    rows: [
      { name: 'voicemail', kind: 'switch' },
      { name: 'voicemailMinutes', kind: 'number', least: 1, most: 30 },
      { name: 'voicemailMessages', kind: 'number', least: 1, most: 1_000 },
      { name: 'voicemailDays', kind: 'number', least: 0, most: 3_650 },
      { name: 'voicemailMail', kind: 'choice', choices: ['sound', 'link', 'forbidden'] },
    ],
  },
  { name: 'contacts', rows: [{ name: 'addedQuestions', kind: 'switch' }] },
];
