import { FieldValue, type DocumentSnapshot } from "firebase-admin/firestore";
import { toMillis } from "../../functions/src/engine/units.ts";
import { minutesField } from "../../functions/src/platform/firestore/timestamps.ts";
import type { AuditedShop } from "./audited-shop.ts";
import type { Finding } from "./finding.ts";

/** Nothing reads these any more. */
const UNUSED = ["contact_keys", "manage_salt"];
/** By these an older booking recognises its guest and its request, until it is over. */
const USED_UNTIL_OVER = ["manage_token_hash", "request_hash"];

/**
 * Finds hashes and salts in bookings of earlier versions, which clients may read past the API. Those that a guest's
 * former manage token needs are found only when the booking is over.
 */
export function checkFormerHashes({ now }: AuditedShop, page: readonly DocumentSnapshot[]): Finding[] {
  return page.flatMap((snapshot): Finding[] => {
    const end = minutesField.safeParse(snapshot.get("end"));
    const isOver = end.success && toMillis(end.data) <= now();
    const needless = isOver ? [...UNUSED, ...USED_UNTIL_OVER] : UNUSED;
    const found = needless.filter((field) => snapshot.get(field) !== undefined);
    if (found.length === 0) return [];
    const { ref } = snapshot;
    const repair = async () => {
      await ref.update(Object.fromEntries(found.map((field) => [field, FieldValue.delete()])));
    };
    const problem = `has ${found.join(", ")} of an earlier version`;
    return [{ kind: "former_hash", path: ref.path, problem, repair }];
  });
}
