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
