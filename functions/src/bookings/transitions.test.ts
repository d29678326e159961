import { describe, expect, it } from "vitest";
import { BOOKING_STATUSES } from "../ledger/booking-status.ts";
import { TRANSITIONS, decideTransition, type Action, type Role } from "./transitions.ts";

const ACTIONS: readonly Action[] = ["reschedule", "cancel", "complete", "no_show"];
const ROLES: readonly Role[] = ["customer", "guest", "mechanic", "admin"];

/** The verdicts on every status in turn, in the order of BOOKING_STATUSES. */
function verdicts(action: Action, role: Role): string[] {
  return BOOKING_STATUSES.map((status) => {
    const verdict = decideTransition(action, role, status);
    if (verdict.kind === "to") return verdict.status;
    return verdict.kind === "refused" ? verdict.refusal.error : verdict.kind;
  });
}

describe("the table of transitions", () => {
  it("gives a reason for every row", () => {
    expect(TRANSITIONS.filter(({ because }) => because.trim() === "")).toEqual([]);
  });

  it("has at most one row for an action, a role and a status", () => {
    for (const action of ACTIONS)
      for (const role of ROLES)
        for (const status of BOOKING_STATUSES) {
          const rows = TRANSITIONS.filter(
            (row) => row.action === action && row.by.includes(role) && row.from.includes(status),
          );
          expect(rows.length, `${action} by ${role} from ${status}`).toBeLessThanOrEqual(1);
        }
  });

  it.each(ROLES)("lets a %s move only what stands", (role) => {
    expect(verdicts("reschedule", role)).toEqual([
      "confirmed",
      "already_cancelled",
      "already_cancelled",
      "wrong_status",
      "wrong_status",
    ]);
  });

  it.each([
    ["customer", "cancelled_by_customer"],
    ["guest", "cancelled_by_customer"],
    ["mechanic", "cancelled_by_shop"],
    ["admin", "cancelled_by_shop"],
  ] as const)("cancels for a %s as %s, and a second time without a change", (role, status) => {
    expect(verdicts("cancel", role)).toEqual([
      status,
      "unchanged",
      "unchanged",
      "wrong_status",
      "wrong_status",
    ]);
  });

  it.each(["mechanic", "admin"] as const)("lets a %s say what became of it, and correct that", (role) => {
    expect(verdicts("complete", role)).toEqual([
      "completed",
      "wrong_status",
      "wrong_status",
      "unchanged",
      "completed",
    ]);
    expect(verdicts("no_show", role)).toEqual([
      "no_show",
      "wrong_status",
      "wrong_status",
      "no_show",
      "unchanged",
    ]);
  });

  it.each(["customer", "guest"] as const)("does not let a %s say what became of it", (role) => {
    for (const action of ["complete", "no_show"] as const) {
      expect(new Set(verdicts(action, role))).toEqual(new Set(["forbidden"]));
    }
  });
});
