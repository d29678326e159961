import type { Interval } from "../../functions/src/engine/types.ts";

/** Numbers of one booking in the list of its mechanic: start, end and line. */
const WIDTH = 3;

/** The times that the bookings of a file take, as numbers: a booking of a long file costs 24 bytes. */
export class Overlaps {
  readonly #byMechanic = new Map<string, number[]>();

  add(line: number, mechanicId: string, { start, end }: Interval): void {
    const times = this.#byMechanic.get(mechanicId);
    if (times) times.push(start, end, line);
    else this.#byMechanic.set(mechanicId, [start, end, line]);
  }

  /**
   * Returns the lines to leave out so that no two of the others overlap, each with the line that it overlaps. The one
   * that starts first stays, of two that start together the shorter. What is left out depends on the times alone and
   * not on what has been written, so that a repeated import decides as the first did.
   */
  resolve(): Map<number, number> {
    const leftOut = new Map<number, number>();
    for (const times of this.#byMechanic.values()) {
      const count = times.length / WIDTH;
      const value = (index: number, part: number) => times[index * WIDTH + part] ?? 0;
      const order = Uint32Array.from({ length: count }, (_, index) => index);
      order.sort(
        (a, b) => value(a, 0) - value(b, 0) || value(a, 1) - value(b, 1) || value(a, 2) - value(b, 2),
      );
      let [until, keeper] = [-Infinity, 0];
      for (const index of order) {
        const [start, end, line] = [value(index, 0), value(index, 1), value(index, 2)];
        if (start < until) leftOut.set(line, keeper);
        else [until, keeper] = [end, line];
      }
    }
    return leftOut;
  }
}
