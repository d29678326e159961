import { z } from "zod";

const subject = {
  email: z.email("Not an e-mail address.").max(254).optional(),
  uid: z.string("Give one uid.").min(1).max(128, "At most 128 characters.").optional(),
};

const isOne = ({ email, uid }: { email?: string | undefined; uid?: string | undefined }) =>
  (email === undefined) !== (uid === undefined);
const ONE = { path: ["email"], error: "Give either email or uid." };

/** The body of `PUT` and `DELETE …/access`. */
export const adminAccessBody = z
  .strictObject({ ...subject, role: z.enum(["admin"], "The role here is admin.") })
  .refine(isOne, ONE);

/** The body of `PUT` and `DELETE …/mechanics/{m}/access`. */
export const mechanicAccessBody = z
  .strictObject({ ...subject, role: z.enum(["mechanic"], "The role here is mechanic.") })
  .refine(isOne, ONE);
