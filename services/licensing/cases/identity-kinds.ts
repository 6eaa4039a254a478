// The words that case files put together for kinds of identities (`imAndDialInConferencing`), and the CAL each needs by the
// feature table (licensing rules A9, A16, D28).
import type { CalKind } from '../rules/model.ts';

const standard =
  'im ims instant message messaging presence chat group file transfer room peer p2p video basic hosted unused idle';
const enterprise =
  'conference conferencing meeting dial voice telephony telecom call calling extension sharing desktop application collaboration multiparty response team delegation delegate routing enterprise softphone attendant organiser organizer attendee speech ivr rcc phone';
const neutral =
  'only and with plus in web audio to or the a server user people identity identities account standard full all everything no of on off single number reach control remote site worker pstn agent';
/** Outsiders need nothing (A17). */
const outside = new Set(['anonymous', 'federated', 'outsider']);

const levels = new Map<string, CalKind>([
  ...standard.split(' ').map((word) => [word, 'standard'] as const),
  ...enterprise.split(' ').map((word) => [word, 'enterprise'] as const),
]);
const neutralWords = new Set(neutral.split(' '));

export interface IdentityKind {
  /** Undefined for people who need no CAL. */
  readonly level: CalKind | undefined;
  /** Talks to public networks (A18). */
  readonly publicIm: boolean;
}

function known(word: string): boolean {
  return levels.has(word) || neutralWords.has(word) || outside.has(word);
}

/** @returns undefined where the name has a word that no rule knows. */
export function identityKind(name: string): IdentityKind | undefined {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => (known(word) || !word.endsWith('s') ? word : word.slice(0, -1)));
  if (words.some((word) => outside.has(word))) return { level: undefined, publicIm: false };
  const isPeerToPeer = words.includes('peer') || words.includes('p2p');
  let level: CalKind = 'standard';
  let publicIm = false;
  for (const word of words) {
    if (word === 'public' || word === 'pic') publicIm = true;
    else if (word === 'full' || word === 'all' || word === 'everything') level = 'enterprise';
    // Between two clients voice is a Standard feature (D2, D28).
    else if (isPeerToPeer && (word === 'voice' || word === 'call')) continue;
    else if (levels.get(word) === 'enterprise') level = 'enterprise';
    else if (!known(word)) return undefined;
  }
  return { level, publicIm };
}
