import type { DocumentReference, DocumentSnapshot } from "firebase-admin/firestore";
import { Timestamp } from "firebase-admin/firestore";
import { describe, expect, it } from "vitest";
import type { StoredDay } from "./day.ts";
import { includesChange, isHonouredLegacy, isValid, writeUnlessChanged } from "./epoch-protocol.ts";
import { millis } from "../../engine/units.ts";

const VERSION = 3;
const NOW = millis(1_000);

const validDay: StoredDay = {
  date: "2026-01-19",
  generated_dynamically: true,
  cached_at: millis(0),
  expires_at: millis(NOW + 1),
  epoch: 7,
  filled_epoch: 7,
  catalog_version: VERSION,
  mechanics: {},
  legacy_slots: null,
};

describe("isValid", () => {
  it("accepts a filled, unexpired day of the present epoch and catalog version", () => {
    expect(isValid(validDay, VERSION, NOW)).toBe(true);
  });

  it.each<[string, Partial<StoredDay>]>([
    ["that was seeded", { generated_dynamically: false }],
    ["that was never filled", { cached_at: null }],
    ["without an expiry", { expires_at: null }],
    ["that expires now", { expires_at: NOW }],
    ["that was invalidated", { epoch: 8 }],
    ["whose filled epoch is ahead of its epoch", { filled_epoch: 8 }],
    ["of an older catalog", { catalog_version: VERSION - 1 }],
    ["of a newer catalog", { catalog_version: VERSION + 1 }],
    ["of no catalog", { catalog_version: null }],
  ])("rejects a day %s", (_what, change) => {
    expect(isValid({ ...validDay, ...change }, VERSION, NOW)).toBe(false);
  });
});

describe("isHonouredLegacy", () => {
  const seeded: StoredDay = {
    ...validDay,
    generated_dynamically: false,
    cached_at: null,
    expires_at: null,
    legacy_slots: [],
  };

  it.each([VERSION, null])(
    "accepts a seeded day of catalog version %s, expired or not",
    (catalog_version) => {
      expect(isHonouredLegacy({ ...seeded, catalog_version }, VERSION)).toBe(true);
    },
  );

  it.each<[string, Partial<StoredDay>]>([
    ["that was generated", { generated_dynamically: true }],
    ["without slots", { legacy_slots: null }],
    ["that was invalidated", { epoch: 8 }],
    ["of an older catalog", { catalog_version: VERSION - 1 }],
  ])("rejects a day %s", (_what, change) => {
    expect(isHonouredLegacy({ ...seeded, ...change }, VERSION)).toBe(false);
  });
});

describe("includesChange", () => {
  const at = (nanoseconds: number) => new Timestamp(100, nanoseconds);
  const changedAt = at(5);
  const snapshot = (fields: Record<string, unknown>, updateTime?: Timestamp) =>
    ({ get: (field: string) => fields[field], updateTime }) as unknown as DocumentSnapshot;
  const filled = (readAt: unknown) => ({ epoch: 7, filled_epoch: 7, read_at: readAt });
  const stale = { epoch: 8, filled_epoch: 7, read_at: at(9) };

  it.each([
    ["accepts content that was read at the change", filled(at(5)), at(9), true],
    ["accepts content that was read after the change", filled(at(6)), at(9), true],
    ["rejects content that was read before the change", filled(at(4)), at(9), false],
    ["rejects content without a read time", filled(undefined), at(9), false],
    ["accepts a stale day that was written at the change", stale, at(5), true],
    ["rejects a stale day that was last written before the change", stale, at(4), false],
    ["treats missing counters as equal", { read_at: at(4) }, at(9), false],
    ["treats a day with only an epoch as stale", { epoch: 1 }, at(9), true],
    ["rejects a missing document", {}, undefined, false],
    ["rejects a missing document with leftover fields", filled(at(9)), undefined, false],
  ])("%s", (_title, fields, updateTime, expected) => {
    expect(includesChange(snapshot(fields, updateTime), changedAt)).toBe(expected);
  });
});

describe("writeUnlessChanged", () => {
  const ref = {} as DocumentReference;
  const write = { fields: { epoch: 1 }, removed: ["slots"] };
  const version = new Timestamp(1, 0);
  const failing = (error: Error) => ({
    create: () => Promise.reject(error),
    update: () => Promise.reject(error),
  });

  it("creates a missing day, and updates a known version under its condition", async () => {
    const calls: unknown[] = [];
    const writer = {
      create: (...call: unknown[]) => Promise.resolve(calls.push(["create", ...call])),
      update: (_ref: unknown, data: object, condition: unknown) =>
        Promise.resolve(calls.push(["update", Object.keys(data), condition])),
    };
    expect(await writeUnlessChanged(ref, write, undefined, writer)).toBe(true);
    expect(await writeUnlessChanged(ref, write, version, writer)).toBe(true);
    expect(calls).toEqual([
      ["create", ref, { epoch: 1 }],
      ["update", ["epoch", "slots"], { lastUpdateTime: version }],
    ]);
  });

  it.each([
    ["exists", 6, undefined],
    ["has another version", 9, version],
    ["has been deleted", 5, version],
  ])("returns false if the document %s", async (_what, code, known) => {
    const error = Object.assign(new Error("lost"), { code });
    expect(await writeUnlessChanged(ref, write, known, failing(error))).toBe(false);
  });

  it("throws any other error", async () => {
    const error = Object.assign(new Error("unavailable"), { code: 14 });
    await expect(writeUnlessChanged(ref, write, version, failing(error))).rejects.toBe(error);
  });
});
