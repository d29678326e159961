import { calendarFile, type Attachment } from "./calendar-file.ts";
import type { Notice } from "./notice.ts";
import { writeLetter, type Letter } from "./templates.ts";

/** A document of the collection that the Trigger Email extension sends from. */
export interface Mail {
  readonly to: readonly string[];
  readonly message: Letter & { readonly attachments: readonly Attachment[] };
  /** Ours: to find and erase what was written to a customer. The extension leaves it alone. */
  readonly slotbay: { readonly shop_id: string; readonly booking_id: string };
}

/** The mail that tells of a notice; null where there is no address to send it to. */
export function composeMail(notice: Notice): Mail | null {
  const { email } = notice.customer;
  if (email === null) return null;
  const told = onOneLine(notice);
  return {
    to: [email],
    message: { ...writeLetter(told), attachments: [calendarFile(told)] },
    slotbay: { shop_id: notice.shopId, booking_id: notice.bookingId },
  };
}

/** Names take one line each, whatever they contain: a line break would begin another header, or words of our own. */
function onOneLine(notice: Notice): Notice {
  const { customer, shopName, serviceName, mechanicName } = notice;
  const line = (name: string) => name.replace(/[\s\u0085]+/g, " ");
  return {
    ...notice,
    customer: { ...customer, name: line(customer.name) },
    shopName: line(shopName),
    serviceName: line(serviceName),
    mechanicName: line(mechanicName),
  };
}
