// Who is who: people of the directory, devices by the names they gave, and who may ask which operation.
import { type Bus, followView, type HeldView } from '@parley/platform/bus';
import type { ServiceContext } from '@parley/platform/host';
import { getUser, type User } from '../identity/contract.ts';
import { areKnown, type Directory, directoryView } from '../identity/view.ts';
import type { People } from './assignment-desk.ts';
import type { Asker } from './books.ts';
import { type OperationName, operations } from './contract.ts';
import type { Ledger } from './rules/ledger.ts';
import type { LicenceRole } from './rules/model.ts';
import type { Names } from './subject-report.ts';

/** The command line beside the data. */
export const CLI = 'cli';

export class Who implements People, Names, AsyncDisposable {
  readonly #bus: Bus;
  readonly #directory: HeldView<Directory, User>;
  readonly #ledger: () => Ledger;
  #deviceNames: ReadonlyMap<string, string> = new Map();

  constructor(context: ServiceContext, ledger: () => Ledger) {
    this.#bus = context.bus;
    this.#directory = followView(context, directoryView);
    this.#ledger = ledger;
  }

  get ready(): Promise<void> {
    return this.#directory.ready;
  }

  /** Disabled people are no subjects of a report's head count. */
  get headCount(): number {
    let count = 0;
    for (const { disabled } of this.people()) if (!disabled) count += 1;
    return count;
  }

  takeDeviceNames(names: ReadonlyMap<string, string>): void {
    this.#deviceNames = names;
  }

  people(): Iterable<User> {
    return this.#directory.current.users.values();
  }

  person(userId: string): User | undefined {
    return this.#directory.current.users.get(userId);
  }

  byAddress(address: string): User | undefined {
    return this.#directory.current.byAddress.get(address.toLowerCase());
  }

  device(deviceId: string): string {
    return this.#ledger().devices.get(deviceId)?.name ?? this.#deviceNames.get(deviceId) ?? deviceId;
  }

  isKnown(userId: string): boolean {
    return this.#directory.current.users.has(userId);
  }

  /** Who was added a moment ago may not be in the view yet: asks for those who are not. */
  async learn(userIds: Iterable<string>): Promise<void> {
    await areKnown(this.#directory, userIds, (userId) => this.#bus.call(getUser, { userId }));
  }

  isDisabled(userId: string): boolean {
    return this.#directory.current.users.get(userId)?.disabled === true;
  }

  rolesOf(actor: string): { readonly administrator: boolean; readonly roles: readonly LicenceRole[] } {
    if (actor === CLI) return { administrator: true, roles: [] };
    const person = this.person(actor);
    if (person === undefined || person.disabled) return { administrator: false, roles: [] };
    return { administrator: person.administrator, roles: this.#ledger().roles.get(actor) ?? [] };
  }

  may(actor: string, name: OperationName): boolean {
    // Everybody may ask what they may do here: nothing, for most.
    if (name === 'my-roles') return true;
    const { administrator, roles } = this.rolesOf(actor);
    return (
      administrator || roles.some((role) => (operations[name].roles as readonly string[]).includes(role))
    );
  }

  /** The audit names people by their address at the time. */
  asker(actor: string, repeat: Asker['repeat']): Asker {
    const name = this.person(actor)?.address ?? actor;
    return { actor, name, ...(repeat === undefined ? {} : { repeat }) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#directory[Symbol.asyncDispose]();
  }
}
