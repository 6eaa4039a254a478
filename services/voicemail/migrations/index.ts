import { voicemailMigration } from './0001-voicemail.ts';

export const migrations = [voicemailMigration];
