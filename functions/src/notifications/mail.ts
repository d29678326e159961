import { calendarFile, type Attachment } from "./calendar-file.ts";
import type { Notice } from "./notice.ts";
import { mailContent, type MailContent } from "./templates.ts";

/** A document of the collection `mail`, which the Trigger Email extension sends. */
export interface Mail {
  readonly to: readonly string[];
  readonly message: MailContent & { readonly attachments: readonly Attachment[] };
  /** Not the extension's: used to find and erase the mails about a booking. */
  readonly slotbay: { readonly shop_id: string; readonly booking_id: string };
}

/** The mail for a notice; null when the customer has no address. */
export function composeMail(notice: Notice): Mail | null {
  const { email } = notice.customer;
  if (email === null) return null;
  const singleLine = withSingleLineNames(notice);
  return {
    to: [email],
    message: { ...mailContent(singleLine), attachments: [calendarFile(singleLine)] },
    slotbay: { shop_id: notice.shopId, booking_id: notice.bookingId },
  };
}

/** The notice with every name on one line: a line break in a name could start a header, or imitate the mail's own text. */
function withSingleLineNames(notice: Notice): Notice {
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
