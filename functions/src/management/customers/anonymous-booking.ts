/** What remains of a booking whose customer was erased: the time that was taken, and what was done. */
const KEPT = [
  ...["id", "shop_id", "service_id", "mechanic_id", "location_id", "status", "sequence", "created_at"],
  ...["date", "start", "end", "duration_minutes", "buffer_before_minutes", "buffer_after_minutes"],
] as const;

/**
 * Returns a booking's document without its customer. Fields that are not known to be free of personal data are left
 * out, those of other programs too. The manage token's version is raised, so that links that were sent stop working.
 */
export function anonymousBooking(
  document: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const kept = KEPT.flatMap((field) => (document[field] === undefined ? [] : [[field, document[field]]]));
  const version = document["manage_token_version"];
  return {
    ...(Object.fromEntries(kept) as Record<string, unknown>),
    customer: { name: "erased", email: null, phone: null },
    customer_uid: null,
    notes: null,
    language: null,
    manage_token_version: (Number.isSafeInteger(version) ? (version as number) : 1) + 1,
  };
}
