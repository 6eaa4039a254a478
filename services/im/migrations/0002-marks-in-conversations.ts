import type { Migration } from '@parley/platform/store';

/**
 * One message is one row and one update in place: how far each participant has read stands in the conversation's own row,
 * by the participant's place. Messages are stored only together with that update, so nothing else has to look for it.
 */
export const marksMigration: Migration = {
  name: '0002-marks-in-conversations',
  sql: `
    ALTER TABLE messages DROP CONSTRAINT messages_conversation_id_fkey;
    ALTER TABLE participants ADD COLUMN place integer;
    UPDATE participants SET place = found.place
      FROM (SELECT conversation_id, user_id,
                   row_number() OVER (PARTITION BY conversation_id ORDER BY user_id COLLATE "C") AS place
            FROM participants) AS found
      WHERE participants.conversation_id = found.conversation_id AND participants.user_id = found.user_id;
    ALTER TABLE conversations
      ADD COLUMN read_seqs integer[] NOT NULL DEFAULT '{}',
      ADD COLUMN phone_seqs integer[] NOT NULL DEFAULT '{}';
    UPDATE conversations SET read_seqs = found.read_seqs, phone_seqs = found.phone_seqs
      FROM (SELECT conversation_id, array_agg(read_seq ORDER BY place) AS read_seqs,
                   array_agg(phone_seq ORDER BY place) AS phone_seqs
            FROM participants GROUP BY conversation_id) AS found
      WHERE conversations.conversation_id = found.conversation_id;
    ALTER TABLE participants ALTER COLUMN place SET NOT NULL, DROP COLUMN read_seq, DROP COLUMN phone_seq;
    ALTER TABLE conversations SET (fillfactor = 60);
    ALTER TABLE deliveries SET (fillfactor = 40);
  `,
};
