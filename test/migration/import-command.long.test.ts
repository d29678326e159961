import { describe, expect, it } from "vitest";
import { openProject } from "../support/firestore.ts";
import { startChild } from "../support/child.ts";
import { MONDAY, seedShop } from "../support/shop.ts";
import { waitFor } from "../support/wait-for.ts";
import { documentsOf, expectConsistent, fileOf, importTable } from "./support.ts";

const project = openProject("import-command");
const { db } = project;

/** Starts the command, as a user does, and waits for `ready` in its output. */
function start(args: readonly string[], ready: RegExp) {
  return startChild({
    args: ["scripts/run.mjs", "import", ...args],
    env: { GCLOUD_PROJECT: project.id },
    ready,
    timeoutMs: 120_000,
  });
}

const COUNT = 96;
/** Half-hours of six dates, two mechanics: every ledger is written many times. */
const CONTENT = Array.from({ length: COUNT }, (_, index) => {
  const [day, half] = [1 + Math.floor(index / 16), index % 16];
  const time = (slot: number) =>
    `${String(8 + Math.floor(slot / 2)).padStart(2, "0")}:${slot % 2 ? "30" : "00"}`;
  return {
    calendar_event_id: index,
    user_id: index % 2 ? "ada" : "grace",
    patient_id: index,
    patient_name: `Patient ${index}`,
    appointment_type_id: "inspection",
    status: index % 10 === 3 ? "canceled_by_clinic" : "confirmed",
    date: `2026-02-${String(day).padStart(2, "0")}`,
    start_time: time(half),
    end_time: time(half + (index % 7 === 0 ? 3 : 1)),
    created_at: "2025-12-01T00:00:00Z",
  };
});

/** What must not depend on how often the import was ended: bookings and ledgers. */
async function result(shop: string) {
  const documents = Object.entries(await documentsOf(db, shop));
  const kept = documents.filter(([path]) => /^(bookings|ledger)\//.test(path));
  const withoutShop = kept.map(([path, data]) => [path, { ...(data as object), shop_id: "" }] as const);
  return {
    kept: Object.fromEntries(withoutShop),
    lines: documents.filter(([path]) => path.startsWith("audit/")).length,
  };
}

describe("the command", () => {
  it("ends the same when it is killed in the middle and repeated", async () => {
    for (const shop of ["whole", "killed"]) await seedShop(db, shop);
    const table = { from: "appointments", content: CONTENT, skipConflicts: true } as const;
    const { report } = await importTable(db, { ...table, shop: "whole" });
    expect(report.skipped).toBeGreaterThan(5);
    const flags = ["--from", "appointments", "--shop", "killed", "--skip-conflicts", fileOf(CONTENT)];
    const killed = await start(flags, /appointments, check/);
    const bookings = db.collection("shops/killed/bookings");
    const written = async () => (await bookings.count().get()).data().count;
    await waitFor(async () => (await written()) > 5, { timeoutMs: 60_000, intervalMs: 10 });
    killed.signal("SIGKILL");
    await killed.exited;
    const half = await written();
    expect(half).toBeLessThan(report.written);
    await expectConsistent(db, "killed");
    const repeated = await importTable(db, { ...table, shop: "killed" });
    expect(repeated.report).toMatchObject({ written: report.written - half, unchanged: half });
    expect(await result("killed")).toEqual(await result("whole"));
    await expectConsistent(db, "killed");
  }, 290_000);

  it("exits with 0 when every line was imported, and with 1 and a reason when the file cannot be", async () => {
    await seedShop(db, "exits");
    const file = fileOf(`therapist_id,override_date,is_available\nada,${MONDAY},f\n`);
    const from = ["--from", "availability_overrides", "--shop", "exits"];
    const fine = await start([...from, file], /1 lines: 1 written, 0 already there, 0 skipped/);
    expect(await fine.exited).toBe(0);
    const wrong = await start(
      [...from, fileOf("therapist_id,date\n")],
      /has no column override_date, is_available/,
    );
    expect(await wrong.exited).toBe(1);
    const nowhere = await start(
      ["--from", "appointments", "--shop", "nowhere", file],
      /there is no shop nowhere/,
    );
    expect(await nowhere.exited).toBe(1);
    const flags = await start(["--from", "patients", file], /Allowed choices are therapist_availability/);
    expect(await flags.exited).toBe(2);
  }, 300_000);
});
