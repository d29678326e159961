import { unsignedIdToken, type LocalUser } from "../../scripts/support/token.ts";
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
export function admin(shopId: string, project?: string): { authorization: string } {
  const user = { uid: "boss", role: "admin", shopId, mechanicId: null, email: "boss@example.com" } as const;
  return { authorization: `Bearer ${unsignedIdToken(user, Math.max(NOW, Date.now()), project)}` };
}
