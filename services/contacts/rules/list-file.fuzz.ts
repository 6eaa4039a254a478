// Fuzz target of contact lists as files: whatever the bytes, nothing throws or takes long, and what is read fits what a list
// holds. Run by `npm run fuzz` and by the properties.
import { MOST_LINES, readListFile } from './list-file.ts';

/** Folders with seeds, from the root of the repository. */
export const corpus: string[] = ['spec/corpora/contact-lists'];

export function fuzz(data: Uint8Array): void {
  const read = readListFile(new TextDecoder().decode(data));
  if (!read.ok) return;
  if (read.entries.length > MOST_LINES) throw new Error('more lines than a file may have');
  for (const { line, name, addresses, groups, note } of read.entries) {
    if (line < 1 || name.length > 200 || note.length > 500) throw new Error('more than a contact holds');
    if (addresses.length > 10 || addresses.some((address) => address.length > 254))
      throw new Error('an address that is too long');
    if (groups.length > 20 || groups.some((group) => group === '' || group.length > 100))
      throw new Error('a group without a name, or with too long a one');
  }
}
