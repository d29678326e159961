import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Database } from "../storage/database.ts";
import { DEFAULT_TRANSACTION_LIMITS, Transactions } from "./transactions.ts";

describe("an idle transaction", () => {
  let transactions: Transactions;
  beforeEach(() => {
    vi.useFakeTimers();
    transactions = new Transactions(new Database("projects/p/databases/d"), DEFAULT_TRANSACTION_LIMITS);
  });
  afterEach(() => {
    transactions.close();
    vi.useRealTimers();
  });

  it("expires after sixty seconds, and a writer that waits for it is applied", async () => {
    const idle = transactions.begin({ kind: "readWrite" });
    await transactions.lockForRead(idle, { documents: ["c/d"] });
    vi.advanceTimersByTime(59_500);
    const written = transactions.write(undefined, ["c/d"], () => "written");
    vi.advanceTimersByTime(1_600);
    await expect(written).resolves.toBe("written");
    expect(() => transactions.get(idle.id)).toThrow("expired");
  });

  it("does not expire while it is used, up to four and a half minutes", () => {
    const busy = transactions.begin({ kind: "readWrite" });
    for (let seconds = 0; seconds < 250; seconds += 50) {
      vi.advanceTimersByTime(50_000);
      transactions.get(busy.id);
    }
    vi.advanceTimersByTime(30_000);
    expect(() => transactions.get(busy.id)).toThrow("expired");
  });

  it("unpins its snapshot when it expires", () => {
    const database = new Database("projects/p/databases/d", {
      history: { retentionMicros: 1_000_000n, maxEntries: 100, maxBytes: 1e9 },
    });
    const readers = new Transactions(database, DEFAULT_TRANSACTION_LIMITS);
    const reader = readers.begin({ kind: "readOnly" });
    vi.advanceTimersByTime(30_000);
    expect(database.oldestReadableVersion <= reader.snapshot!).toBe(true);
    vi.advanceTimersByTime(62_000);
    expect(database.oldestReadableVersion > reader.snapshot!).toBe(true);
    readers.close();
  });
});
