/** The duration as a `Retry-After` in whole seconds, never 0: a client told 0 comes back at once. */
export function retryAfterSeconds(durationMs: number): number {
  return Math.max(1, Math.ceil(durationMs / 1000));
}
