/** A value of a JSON body, or of a query parameter once it is turned into text. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };

/** Values that mean something to the API under test, by the name of the field or parameter. */
export type Dictionary = Readonly<Record<string, readonly Value[]>>;

/** Values for the fields that need nothing from a database. */
export const GENERAL: Dictionary = {
  service_id: ["inspection", "oil_change", "welding", "retired"],
  mechanic_id: ["ada", "grace", "alan"],
  from_mechanic_id: ["ada", "grace"],
  location_id: ["main"],
  duration_minutes: [30, 60, 1, 720, "30", "60", "720"],
  to_mechanic_id: ["ada", "grace", "alan"],
  limit: ["1", "20", "200", 1, 20, 200],
  page: ["1", "2", "7"],
  days: [1, 3],
  fresh: ["true", "false"],
  view: ["list", "first"],
  time_zone: ["America/New_York", "Asia/Tokyo", "UTC", "Australia/Lord_Howe"],
  session_id: ["fuzz-session-1", "fuzz-session-2", "fuzz-session-3"],
  name: ["陳小姐", "Ada Lovelace", "عبد الله"],
  email: ["ada@example.com", "x+y@example.org"],
  phone: ["(212) 555-0100 x12", "+886 2 1234 5678"],
  notes: ["The brakes squeak.", "two\nlines"],
  reason: ["ill", "vacation"],
  actor: ["owner", "carol"],
  language: ["en", "de-CH", "zh-Hant"],
  id: ["fuzz_1", "fuzz_2", "inspection", "ada", "fuzzed", "missing"],
  uid: ["carol", "owner", "eve"],
  role: ["admin", "mechanic"],
  description: ["By hand.\nInside too."],
  amount: [0, 4_900],
  currency: ["USD", "JPY"],
  durations_minutes: [30, 60, 720],
  buffer_before_minutes: [0, 15],
  buffer_after_minutes: [0, 240],
  specialties: ["inspection", "oil_change", "welding"],
  max_bookings_per_day: [0, 5],
  slot_interval_minutes: [15, 30],
  default_slot_minutes: [30, 60],
  lead_time_minutes: [0, 60],
  horizon_days: [365],
  hold_minutes: [5, 10],
  cancellation_notice_minutes: [0, 60],
  travel_minutes: [0, 10],
  active: [true, false],
  status: ["confirmed", "confirmed,completed"],
  start_time: ["00:00", "09:00", "14:30", "23:59"],
  end_time: ["00:01", "12:00", "18:00", "24:00"],
  rrule: [
    "FREQ=DAILY;INTERVAL=2",
    "FREQ=WEEKLY;BYDAY=SA,SU",
    "FREQ=MONTHLY;BYDAY=1MO",
    "FREQ=YEARLY;COUNT=3",
  ],
  exception_id: ["fuzzed", "missing"],
  source: ["manual"],
  created_at: ["2026-01-12T12:00:00.000Z"],
  updated_at: ["2026-01-12T12:00:00.000Z"],
};

/** The first and last moments of calendars, clocks and number types, where arithmetic goes wrong. */
export const CALENDAR_ENDS: readonly string[] = [
  ...["0000-01-01", "0001-01-01", "1969-12-31", "1970-01-01", "1971-01-01", "9998-12-31", "9999-12-31"],
  ...["10000-01-01", "+275760-09-13", "-271821-04-20", "2026-02-30", "2027-02-29", "2028-02-29"],
  ...[
    "1971-01-01T00:00:00Z",
    "9998-12-31T00:00:00Z",
    "9999-12-31T23:59:59-12:00",
    "1970-01-01T00:00:00+14:00",
  ],
  ...[
    "2027-03-14T02:30:00-05:00",
    "2027-11-07T01:30:00-04:00",
    "2027-01-01T24:00:00Z",
    "2027-01-01T00:00:60Z",
  ],
  ...[
    "2027-01-01T00:00:00+23:59",
    "2027-01-01T00:00Z",
    "2027-W01-1",
    "20270101",
    "2027-01-01T00:00:00.000000001Z",
  ],
];

/** Names that JavaScript objects, Firestore and JSON give a meaning of their own. */
export const SPECIAL_NAMES: readonly string[] = [
  ...[
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "hasOwnProperty",
    "valueOf",
    "__id7__",
    "__name__",
  ],
  ...["length", "then", "toJSON", ".", "..", "a/b", "a.b", "`a`", "$where", "undefined", "null", "NaN", "*"],
];
