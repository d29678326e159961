import { millisAt, minuteAt } from "../../reservations/testing/builders.ts";
import type { Hold } from "../hold.ts";

/** Returns a session's hold of Ada for 2026-01-19, 10:00 to 11:00 UTC, without buffers, unless told otherwise. */
export function buildHold(more: Partial<Hold> = {}): Hold {
  return {
    id: "hold",
    service_id: "repair",
    mechanic_id: "ada",
    date: "2026-01-19",
    start: minuteAt("2026-01-19T10:00"),
    end: minuteAt("2026-01-19T11:00"),
    extent_start: minuteAt("2026-01-19T10:00"),
    extent_end: minuteAt("2026-01-19T11:00"),
    location_id: null,
    session_hash: "session",
    extended: false,
    request_id: "earlier",
    created_at: millisAt("2026-01-19T07:59"),
    expires_at: millisAt("2026-01-19T08:09"),
    ...more,
  };
}
