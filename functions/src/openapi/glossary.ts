/** What a parameter or field of a name means, and an example for it, wherever it appears. */
interface Term {
  readonly means: string;
  /** Parameters must have one. */
  readonly example?: unknown;
}

/** Names mean one thing across the API, so they are described once. */
export const GLOSSARY: Readonly<Record<string, Term>> = {
  shop_id: { means: "Id of the shop.", example: "default" },
  mechanic_id: { means: "Id of a mechanic.", example: "mechanic_123" },
  service_id: { means: "Id of a service.", example: "oil_change" },
  location_id: { means: "Id of a location.", example: "north" },
  booking_id: { means: "Id of a booking.", example: "b7f3c1" },
  hold_id: { means: "Id of a hold.", example: "h41d0a" },
  exception_id: { means: "Id of an exception.", example: "e52a9c" },
  slot_id: { means: "Id of a slot, as a list of slots gives it." },
  date: { means: "Date in the shop's time zone.", example: "2026-01-15" },
  from_date: { means: "First date of a range.", example: "2026-01-15" },
  to_date: { means: "Last date of a range, itself included.", example: "2026-01-21" },
  from: { means: "First date of a range.", example: "2026-01-15" },
  to: { means: "Last date of a range, itself included.", example: "2026-01-21" },
  start_date: { means: "First date; by default today in the shop's time zone.", example: "2026-01-15" },
  days: { means: "Number of days, or the days themselves." },
  duration_minutes: { means: "Length in minutes; by default the service's first.", example: 30 },
  time_zone: { means: "IANA time zone.", example: "America/New_York" },
  fresh: { means: "True generates the answer past every cache; for staff of the shop.", example: false },
  view: { means: "`list` gives all, `first` only the next free slot.", example: "list" },
  limit: { means: "Most entries of a page.", example: 50 },
  page_token: { means: "`next_page_token` of the page before.", example: "WzEsIngiXQ" },
  next_page_token: { means: "`page_token` of the next page; null on the last." },
  status: { means: "Status of a booking; in a query several with commas.", example: "confirmed" },
  confirm: { means: "True makes the change in spite of a warning.", example: true },
  reason: { means: "Why, in a person's words.", example: "The customer called." },
  session_id: { means: "Id that the client chose for its session, best long and random." },
  start: { means: "First instant, RFC 3339 with an offset; wall time of the shop in the legacy format." },
  end: { means: "First instant after it, in the format of `start`." },
  is_free: { means: "Whether it can be booked." },
  start_time: { means: "Wall time of the start, HH:MM." },
  end_time: { means: "Wall time of the end, HH:MM, up to 24:00." },
  next_from_date: { means: "`from_date` of the next page; null on the last." },
  next_from: { means: "`from` with which the search goes on; null when it is over." },
  stream_url: { means: "Address of the stream of free slots; null where streams are not deployed." },
  reserved_until: { means: "When the hold ends." },
  manage_token: { means: "A guest's key to the booking: send it back as X-Manage-Token." },
  customer: { means: "Whose appointment it is." },
  language: { means: "BCP 47 language of the customer's messages; by default the shop's." },
  notes: { means: "What the customer wants the mechanic to know." },
  weekly_schedule: { means: "Intervals of work by weekday; a missing weekday is closed." },
  effect: {
    means: "`unavailable`, `busy` (an external calendar's), or `available`: hours instead of the schedule's.",
  },
  rrule: { means: "RFC 5545 rule of a recurring exception, from `from_date` on; null for none." },
  source: { means: "Where it comes from; `manual` for the API." },
  actor: { means: "Who did it; in a query by uid.", example: "4f1c0d2b" },
  type: { means: "Type of entry.", example: "schedule_changed" },
  at: { means: "When it happened." },
  details: { means: "What changed." },
  from_mechanic_id: { means: "The mechanic whose week is copied." },
  from_day: { means: "The weekday whose hours are copied." },
  to_days: { means: "The weekdays that get them." },
  created_at: { means: "When it was made." },
  updated_at: { means: "When it was last changed." },
  "Idempotency-Key": {
    means:
      "Repeats of a request with the same key have one effect. Guests share one set of keys, so theirs have at least 16 characters, best random ones.",
    example: "5f0c3b0e-7a54-4a38-9f4e-2a0d3c1b6e77",
  },
  "X-Session-Id": {
    means: "The session that holds, where the body does not name it.",
    example: "c1f0a6d2e9",
  },
  "X-Manage-Token": { means: "The `manage_token` that a guest was given.", example: "v1.3c2f9d" },
  "If-Match": {
    means: "The ETag that was read: the change is refused with 412 if the resource has changed since.",
    example: '"t0Jr2dDbQ8Vn1k3m5p7r9s1u3w"',
  },
  "If-None-Match": {
    means: "The ETag that is known: the answer is 304 if it still fits.",
    example: '"t0Jr2dDbQ8Vn1k3m5p7r9s1u3w"',
  },
  "Last-Event-ID": {
    means: "Id of the last event that the client has: it gets the changes since.",
    example: "1768482000000-4",
  },
  "X-Firebase-AppCheck": {
    means: "App Check token, where the deployment requires one; staff need none.",
    example: "eyJhbGciOiJSUzI1NiJ9.e30.c2ln",
  },
  ETag: { means: "Version of the resource." },
  "X-Cache": { means: "Where the answer comes from: L1, HIT, MISS or BYPASS." },
  "Server-Timing": { means: "How long the steps of the answer took, in milliseconds." },
  "Retry-After": { means: "Seconds to wait before the next attempt." },
};
