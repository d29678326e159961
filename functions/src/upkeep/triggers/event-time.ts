import { Timestamp } from "firebase-admin/firestore";

/** An event's time, RFC 3339 with up to nine fractional digits, at full precision. */
export function instantOf(time: string): Timestamp {
  const [, whole = "", fraction = "", offset = "Z"] =
    /^(.*?)(?:\.(\d{1,9})\d*)?(Z|[+-]\d{2}:\d{2})$/.exec(time) ?? [];
  const millis = Date.parse(`${whole}${offset}`);
  if (Number.isNaN(millis)) throw new RangeError(`not an event time: ${time}`);
  return new Timestamp(millis / 1000, Number(fraction.padEnd(9, "0")));
}
