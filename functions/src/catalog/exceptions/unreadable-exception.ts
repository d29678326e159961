import { isPlainDate } from "../../engine/dates.ts";
import { WHOLE_SHOP, exceptionSchema, type Exception } from "../schema.ts";

/** What an unreadable exception closes: whole dates, of one mechanic or of the shop. */
export type Closure = Omit<Exception, "id">;

/** Before every date that can be asked for. */
export const FIRST_DATE = "1970-01-01";

/**
 * Returns what the data of an unreadable exception closes. Each field that cannot be read counts as wide as it could
 * have been meant: hours as the whole day, any effect as closed, an unreadable rule as every date, a first or last date
 * as unbounded, a mechanic as the whole shop. Null if it names neither a mechanic nor a date: then it closes nothing.
 */
export function closureOf(data: Readonly<Record<string, unknown>>): Closure | null {
  const mechanicId = nameOf(data["mechanic_id"]);
  const [from, to] = inOrder(dateOf(data["from_date"]), dateOf(data["to_date"]));
  if (mechanicId === null && from === null && to === null) return null;
  const closure = {
    mechanic_id: mechanicId ?? WHOLE_SHOP,
    from_date: from ?? FIRST_DATE,
    to_date: to,
    start_time: null,
    end_time: null,
    effect: "unavailable" as const,
    rrule: null,
  };
  // A rule counts from the first date; without that, any date may be one of its dates.
  const recurring = from === null ? null : exceptionSchema.safeParse({ ...closure, rrule: data["rrule"] });
  return recurring?.success ? recurring.data : closure;
}

/** Whether the queries for exceptions find the document wherever its closure applies. */
export function isFoundByQueries(data: Readonly<Record<string, unknown>>, closure: Closure): boolean {
  return (["mechanic_id", "from_date", "to_date"] as const).every((field) => data[field] === closure[field]);
}

function nameOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function dateOf(value: unknown): string | null {
  return typeof value === "string" && isPlainDate(value) ? value : null;
}

function inOrder(from: string | null, to: string | null): [string | null, string | null] {
  return from !== null && to !== null && to < from ? [to, from] : [from, to];
}
