import { unsignedIdToken, type LocalUser } from "../../scripts/support/token.ts";
import { millis } from "../../functions/src/engine/units.ts";
import { NOW } from "./clock.ts";

/** The header of somebody who is signed in; tokens are valid for an hour from `now`. */
export function signedIn(
  uid: string,
  { role = "customer", shopId = "", mechanicId = null }: Partial<LocalUser> = {},
  now = NOW,
): { authorization: string } {
  const user = { uid, role, shopId, mechanicId, email: `${uid}@example.com` };
  return { authorization: `Bearer ${unsignedIdToken(user, now)}` };
}

/** The header of an admin of the shop, valid at the standing clock of a test and at the present time. */
export function admin(shopId: string): { authorization: string } {
  return signedIn("boss", { role: "admin", shopId }, millis(Math.max(NOW, Date.now())));
}
