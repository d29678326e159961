/** Returns the key of the queue of everything that takes time of one mechanic on one date. */
export function mechanicDayKey(shopId: string, mechanicId: string, date: string): string {
  return `${shopId}/${mechanicId}/${date}`;
}
