import type { z } from "zod";
import { emailSchema, phoneSchema } from "../../bookings/booking-request.ts";
import { contactsOf, type Contacts } from "../../bookings/contacts.ts";
import { done, invalidRequest, type Outcome } from "../../platform/errors.ts";
import { uidSchema } from "../audit/list-audit.ts";

/** Who a request is about: exactly one of these. */
export const subjectFields = {
  email: emailSchema.optional(),
  phone: phoneSchema.optional(),
  uid: uidSchema.optional(),
};
type SubjectFields = z.output<z.ZodObject<typeof subjectFields>>;

/** A customer as one of their identifiers names them. */
export interface Subject {
  readonly kind: "email" | "phone" | "uid";
  /** The form in which equal ones are equal. */
  readonly key: string;
  /** The user's id; null for a contact. */
  readonly uid: string | null;
  /** The contact as it was given; nulls for a uid. */
  readonly contacts: Contacts;
}

/** What a document says about its customer. */
export interface Person extends Contacts {
  readonly uid: string | null;
}

/** Returns the customer that the body names. Errors: `invalid_request` unless it names them once. */
export function subjectOf({ email, phone, uid }: SubjectFields): Outcome<Subject> {
  const named = { email, phone, uid };
  const kinds = (["email", "phone", "uid"] as const).filter((kind) => named[kind] !== undefined);
  const [kind, ...surplus] = kinds;
  if (kind === undefined) {
    return invalidRequest({ path: "email", message: "Give one of email, phone and uid." });
  }
  if (surplus.length > 0) {
    return invalidRequest(
      ...surplus.map((path) => ({ path, message: "Give only one of email, phone and uid." })),
    );
  }
  const person = { email: email ?? null, phone: phone ?? null, uid: uid ?? null };
  const [key = ""] = keysOf(person);
  return done({ kind, key, uid: person.uid, contacts: { email: person.email, phone: person.phone } });
}

/** Tells whether the person is the subject. */
export function isSubject(subject: Subject, person: Person): boolean {
  return keysOf(person).includes(subject.key);
}

function keysOf({ uid, ...contacts }: Person): string[] {
  return [...contactsOf(contacts), ...(uid === null ? [] : [`uid:${uid}`])];
}
