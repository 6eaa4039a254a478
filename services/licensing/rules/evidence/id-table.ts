// Ids as small numbers, so that edges are columns of integers (licensing rules M1, M2).
export class IdTable {
  readonly #numbers = new Map<string, number>();
  readonly #ids: string[] = [];

  numberOf(id: string): number {
    const known = this.#numbers.get(id);
    if (known !== undefined) return known;
    this.#numbers.set(id, this.#ids.length);
    return this.#ids.push(id) - 1;
  }

  idOf(number: number): string {
    const id = this.#ids[number];
    if (id === undefined) throw new Error(`No id has the number ${number}.`);
    return id;
  }
}
