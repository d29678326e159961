/** Values that several examples show. */

export const EXAMPLE_SLOT = {
  id: "WyJtZWNoYW5pY18xMjMiLCJvaWxfY2hhbmdlIiwyOTQ3MzU0MCwzMF0",
  start: "2026-01-15T14:00:00-05:00",
  end: "2026-01-15T14:30:00-05:00",
  duration_minutes: 30,
  mechanic_id: "mechanic_123",
  service_id: "oil_change",
  location_id: null,
};

export const EXAMPLE_BOOKING = {
  id: "b7f3c1",
  shop_id: "default",
  service_id: "oil_change",
  mechanic_id: "mechanic_123",
  start: EXAMPLE_SLOT.start,
  end: EXAMPLE_SLOT.end,
  duration_minutes: 30,
  location_id: null,
  status: "confirmed",
  customer: { name: "陳小姐", email: "chen@example.com", phone: null },
  notes: null,
  created_at: "2026-01-10T16:20:00.000Z",
  updated_at: "2026-01-10T16:20:00.000Z",
};
