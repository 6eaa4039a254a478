// What can be wrong with what licensing is told: one table, mapped once to HTTP and SIP. Each code has a remedy.
import { errors } from '@parley/platform/contract';

export const licensingErrors = errors({
  // Counts, dates and names that no rule can work with.
  LICENCE_BAD_COUNT: {
    http: 400,
    sentence: 'A count is negative, fractional or too large.',
    remedy: 'Give whole numbers from 0 to 100 million.',
  },
  LICENCE_BAD_DATE: {
    http: 400,
    sentence: 'A date is not a day of the calendar, or the end is before the start.',
    remedy: 'Write days as 2026-01-31, the first day before the last.',
  },
  LICENCE_OVERLAPPING_TERMS: {
    http: 400,
    sentence: 'Two terms of the same licences overlap.',
    remedy: 'Give terms that follow one another, each with its first and last day.',
  },
  LICENCE_NAMED_TWICE: {
    http: 400,
    sentence: 'Two entries have the same name.',
    remedy: 'Give each server, person and device a name of its own.',
  },
  LICENCE_UNKNOWN_KIND: {
    http: 400,
    sentence: 'The rules have no word for this kind of person, use or version.',
    remedy: 'Choose one of the kinds that the catalogue lists.',
  },
  LICENCE_UNKNOWN_SKU: {
    http: 404,
    sentence: 'The catalogue has no such product or licence.',
    remedy: 'Look it up with: parley licence catalogue',
  },
  // Access: who may do what on which server.
  LICENCE_UNKNOWN_FEATURE: {
    http: 404,
    sentence: 'The catalogue has no such feature.',
    remedy: 'Look the features up with: parley licence catalogue',
  },
  LICENCE_UNKNOWN_SERVER: {
    http: 404,
    sentence: 'The catalogue has no such server product or version.',
    remedy: 'Look the versions up with: parley licence catalogue',
  },
  LICENCE_BAD_ACTOR: {
    http: 400,
    sentence: 'Who asks for access is not of a known kind.',
    remedy:
      'Give kind as internal, external, federated, public-im, pstn or non-ocs, and how the person signed in.',
  },
  LICENCE_BAD_CASES: {
    http: 400,
    sentence: 'The case file is not in the form.',
    remedy: 'Give an object with the list "cases"; each has id, op, given and expect.',
  },
  // Buying: packs, prices, quotes.
  LICENCE_BAD_PACK: {
    http: 400,
    sentence: 'A pack size is not a whole number of licences.',
    remedy: 'Give sizes from 1 to 10,000.',
  },
  LICENCE_BAD_PRICE: {
    http: 400,
    sentence: 'A price is negative, fractional or too large.',
    remedy: 'Give prices in whole minor units (cents).',
  },
  LICENCE_NO_PACK_ON_SALE: {
    http: 422,
    sentence: 'Licences are needed, but no pack of them has a price.',
    remedy: 'Add the price of at least one pack.',
  },
  LICENCE_BAD_CURRENCY: {
    http: 400,
    sentence: 'The currency is not a code of three letters.',
    remedy: 'Write it as EUR or USD.',
  },
  // Giving a CAL to a person or a device, taking it away, moving it.
  LICENCE_PREREQUISITE_MISSING: {
    http: 409,
    sip: 403,
    sentence: 'This licence rests on another, which the same person or device does not hold.',
    remedy: 'Assign the licence that is named first.',
  },
  LICENCE_PREREQUISITE_IN_USE: {
    http: 409,
    sentence: 'Another licence of the same person or device rests on this one.',
    remedy: 'Take that one away first.',
  },
  LICENCE_POOL_EXHAUSTED: {
    http: 409,
    sentence: 'Every licence of this kind is assigned.',
    remedy: 'Buy more, or take one away from somebody who no longer needs it.',
  },
  LICENCE_SUBJECT_DISABLED: {
    http: 409,
    sentence: 'This person or device is disabled.',
    remedy: 'Enable the account first, or choose another.',
  },
  LICENCE_ALREADY_ASSIGNED: {
    http: 409,
    sentence: 'This person or device holds such a licence already.',
    remedy: 'Nothing needs to be done.',
  },
  LICENCE_NOT_ASSIGNED: {
    http: 409,
    sentence: 'This person or device does not hold that licence.',
    remedy: 'Look up who holds it under Assignments.',
  },
  LICENCE_NOT_ASSIGNABLE: {
    http: 422,
    sentence: 'Only client access licences are assigned to people and devices.',
    remedy: 'Choose a CAL or a CAL suite.',
  },
  LICENCE_METRIC_MISMATCH: {
    http: 409,
    sentence: 'A user CAL goes to a person, a device CAL to a device.',
    remedy: 'Choose a licence of the other type.',
  },
  LICENCE_SUITE_INDIVISIBLE: {
    http: 409,
    sentence: 'A suite is one licence: its parts stay with one person or device.',
    remedy: 'Move the suite as a whole.',
  },
  LICENCE_MOVED_TOO_EARLY: {
    http: 409,
    sentence: 'A CAL moves at the earliest 90 days after it was assigned.',
    remedy:
      'Wait for the date that is named; the end of employment, loss and permanent failure are exceptions.',
  },
  LICENCE_UNTIL_MISSING: {
    http: 400,
    sentence: 'A temporary move has no day of return, or one in the past.',
    remedy: 'Give the last day of the absence.',
  },
  LICENCE_UNKNOWN_REASON: {
    http: 400,
    sentence: 'The reason for the move is not known.',
    remedy: 'Use permanent, temporary, employment-ended, permanent-hardware-failure or loss.',
  },
  LICENCE_TYPE_SWITCH_ONLY_AT_SA_RENEWAL: {
    http: 409,
    sentence:
      'A user CAL becomes a device CAL (or the reverse) only when active Software Assurance is renewed.',
    remedy: 'Switch it on the day of renewal, one for one.',
  },
  // Refusals of access.
  LICENCE_LIMIT_REACHED: {
    http: 403,
    sip: 403,
    sentence: 'More people and devices are in use than licences and their tolerance allow.',
    remedy: 'Ask your licence manager to assign a licence.',
  },
  // Licence files and their signatures.
  LICENCE_BAD_FRAME: {
    http: 400,
    sentence: 'This is not a licence file.',
    remedy: 'Use the file as it was sent, from its BEGIN to its END line.',
  },
  LICENCE_FILE_TOO_LARGE: {
    http: 413,
    sentence: 'The licence file is larger than 64 kB.',
    remedy: 'Use the file as it was sent.',
  },
  LICENCE_UNSUPPORTED_ALG: {
    http: 400,
    sentence: 'The licence file is not signed with Ed25519.',
    remedy: 'Ask the issuer for a file signed with Ed25519.',
  },
  LICENCE_UNKNOWN_KEY: {
    http: 403,
    sentence: 'The licence file is signed with a key that is not pinned here.',
    remedy: 'Compare the key with its issuer by another way, then pin it.',
  },
  LICENCE_BAD_KEY: {
    http: 400,
    sentence: 'A public key is not a valid Ed25519 key.',
    remedy: 'Give the 64 hexadecimal digits that the issuer published.',
  },
  LICENCE_BAD_SIGNATURE: {
    http: 403,
    sentence: 'The signature of the licence file is wrong: it was changed or forged.',
    remedy: 'Ask the issuer for the file again.',
  },
  LICENCE_UNKNOWN_VERSION: {
    http: 400,
    sentence: 'The licence file has a form that this program does not know.',
    remedy: 'Update Parley.',
  },
  LICENCE_BAD_PAYLOAD: {
    http: 400,
    sentence: 'The licence file is signed, but what it says has not the agreed form.',
    remedy: 'Ask the issuer for a corrected file.',
  },
  LICENCE_SEQ_ROLLBACK: {
    http: 409,
    sentence: 'A newer file of this licence is installed already.',
    remedy: 'Ask the issuer for the newest file.',
  },
  // The optimiser.
  LICENCE_UNCOVERABLE_ACCESS: {
    http: 422,
    sentence: 'An access cannot be covered: neither its person nor its device can be licensed.',
    remedy: 'Allow a CAL for one of the two, or exempt the access where the rules do.',
  },
  // Files that are read: CSV of evidence, people, devices, purchases.
  LICENCE_CSV_TOO_LARGE: { http: 413, sentence: 'The CSV file is too large.', remedy: 'Import it in parts.' },
  LICENCE_CSV_NO_HEADER: {
    http: 400,
    sentence: 'The first line does not name the columns that are needed.',
    remedy: 'Put the names of the columns into the first line.',
  },
});
