import type { Shop } from "./schema.ts";

type Zones = Pick<Shop, "time_zone" | "ledger_time_zone" | "rezoning">;

/**
 * Returns whether the shop's ledgers are, or are about to be, filed under another zone. Until that has ended, nothing
 * can be reserved: a request would look for the time that is taken under the dates of the wrong zone.
 */
export function isRezoning(shop: Zones): boolean {
  return shop.rezoning !== null || shop.ledger_time_zone !== shop.time_zone;
}

/** Returns the zone to file entries under: the job's, once it has begun, so that it never has to look back. */
export function filingZone({ rezoning, ledger_time_zone }: Zones): string {
  return rezoning?.to ?? ledger_time_zone;
}
