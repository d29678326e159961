import { datesOf } from "../availability/day/day-changes.ts";
import type { Interval, PlainDate } from "../engine/types.ts";
import type { MonthPage } from "./calendar-query.ts";

/** An appointment as far as counting needs it. */
export interface CountedAppointment extends Interval {
  readonly mechanicId: string;
}

/** Counts appointments by date and mechanic; one that lasts past midnight counts on each of its dates, as the days show it. */
export class MonthCounts {
  readonly #byDate: ReadonlyMap<PlainDate, Map<string, number>>;

  constructor(
    private readonly zone: string,
    private readonly asked: MonthPage,
  ) {
    this.#byDate = new Map(asked.dates.map((date) => [date, new Map<string, number>()]));
  }

  add({ mechanicId, ...extent }: CountedAppointment): void {
    for (const date of datesOf(this.zone, extent)) {
      const counts = this.#byDate.get(date);
      counts?.set(mechanicId, (counts.get(mechanicId) ?? 0) + 1);
    }
  }

  /** The month as the API shows it; with the counts of each mechanic who has appointments where `byMechanic` is set. */
  present({ byMechanic }: { readonly byMechanic: boolean }) {
    const { month, totalDays: total_days, page, limit } = this.asked;
    const days = [...this.#byDate].map(([date, counts]) => {
      const mechanics = [...counts]
        .map(([mechanic_id, appointment_count]) => ({ mechanic_id, appointment_count }))
        .toSorted((a, b) => (a.mechanic_id < b.mechanic_id ? -1 : 1));
      const appointment_count = mechanics.reduce((sum, one) => sum + one.appointment_count, 0);
      return { date, appointment_count, ...(byMechanic && { mechanics }) };
    });
    return { month, total_days, page, limit, days };
  }
}
