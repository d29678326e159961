/** The URL of a shop's stream of free slots, below the address of the function that serves streams; null without one. */
export function streamUrlOf(streamsAddress: string | null, shopId: string): string | null {
  return streamsAddress === null ? null : `${streamsAddress}/v1/shops/${shopId}/slots/stream`;
}
