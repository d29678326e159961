import type { Language } from "../catalog/language.ts";
import { toMillis, type Minutes } from "../engine/units.ts";

/**
 * From when to when, as people of the language write it, on the zone's clock. When the clock changes in between, each
 * end has its own name of the zone: it is 1:30 AM twice.
 */
export function formatSpan(language: Language, zone: string, start: Minutes, end: Minutes): string {
  const date = formatter(language, zone, { dateStyle: "full" });
  const time = formatter(language, zone, { timeStyle: "short" });
  const from = `${date(start)} ${time(start)}`;
  const until = date(start) === date(end) ? time(end) : `${date(end)} ${time(end)}`;
  const [before, after] = [zoneName(language, zone, start), zoneName(language, zone, end)];
  return before === after ? `${from} – ${until} (${before})` : `${from} (${before}) – ${until} (${after})`;
}

/** A date and time of day, without the zone: for subjects, and where the zone has just been named. */
export function formatMoment(language: Language, zone: string, minute: Minutes): string {
  const parts = [
    formatter(language, zone, { dateStyle: "full" }),
    formatter(language, zone, { timeStyle: "short" }),
  ];
  return parts.map((format) => format(minute)).join(" ");
}

function formatter(language: Language, zone: string, options: Intl.DateTimeFormatOptions) {
  const format = new Intl.DateTimeFormat(language, { ...options, timeZone: zone });
  // Some releases of ICU put a narrow no-break space before AM and PM, which mail programs show as a box.
  return (minute: Minutes) => format.format(toMillis(minute)).replaceAll("\u202f", " ");
}

function zoneName(language: Language, zone: string, minute: Minutes): string {
  const format = new Intl.DateTimeFormat(language, { timeZone: zone, timeZoneName: "long" });
  return format.formatToParts(toMillis(minute)).find(({ type }) => type === "timeZoneName")?.value ?? zone;
}
