// Presence documents as watchers get them: written once for all who may see the same of a person, and the same object as
// long as nothing that they see has changed. Used by sip.ts.
import type { PresenceState } from './contract.ts';
import { pidfOf } from './pidf.ts';
import type { Sight } from './view.ts';

export interface WatchDocument {
  readonly text: string;
  readonly bytes: Uint8Array;
}

interface Written {
  /** Of the state that it was written from. */
  version: number;
  document: WatchDocument;
}

export interface DocumentSources {
  addressOf(presentityId: string): string;
  /** Grows with every change of whatever anybody may see. */
  versionOf(presentityId: string): number;
  /** What those may see whose sight of the person this is. */
  stateFor(presentityId: string, sight: Sight): PresenceState;
}

const encoder = new TextEncoder();

export class Documents {
  readonly #sources: DocumentSources;
  readonly #byPresentity = new Map<string, Map<Sight, Written>>();

  constructor(sources: DocumentSources) {
    this.#sources = sources;
  }

  /** @param sight names what the watcher may see. */
  of(presentityId: string, sight: Sight): WatchDocument {
    let bySight = this.#byPresentity.get(presentityId);
    if (bySight === undefined) {
      bySight = new Map();
      this.#byPresentity.set(presentityId, bySight);
    }
    const version = this.#sources.versionOf(presentityId);
    const written = bySight.get(sight);
    if (written?.version === version) return written.document;
    const state = this.#sources.stateFor(presentityId, sight);
    const text = pidfOf(this.#sources.addressOf(presentityId), state);
    if (written?.document.text === text) {
      written.version = version;
      return written.document;
    }
    const document = { text, bytes: encoder.encode(text) };
    bySight.set(sight, { version, document });
    return document;
  }

  /** Nobody watches this person any more. */
  forget(presentityId: string): void {
    this.#byPresentity.delete(presentityId);
  }

  /** Of how many people documents are held. */
  get size(): number {
    return this.#byPresentity.size;
  }
}
