import { formatDuration } from "date-fns/formatDuration";

/** A length of time in words: `10 minutes`, `1 hour 30 minutes`, `2 days`. `minutes` is a whole number above 0. */
export function spellMinutes(minutes: number): string {
  const days = Math.floor(minutes / 1440);
  return formatDuration({ days, hours: Math.floor(minutes / 60) % 24, minutes: minutes % 60 });
}
