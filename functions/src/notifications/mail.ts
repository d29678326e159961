import { calendarFile, type Attachment } from "./calendar-file.ts";
import type { ManageLinks } from "./manage-links.ts";
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
export function composeMail(notice: Notice, manageLinks: Pick<ManageLinks, "url">): Mail | null {
  const { email } = notice.customer;
  if (email === null) return null;
  const singleLine = withSingleLineNames(notice);
  return {
    to: [email],
    message: {
      ...mailContent(singleLine, manageUrl(notice, manageLinks)),
      attachments: [calendarFile(singleLine)],
    },
    slotbay: { shop_id: notice.shopId, booking_id: notice.bookingId },
  };
}

/** Returns the manage link; null when the customer signs in, and for a cancelled booking, which cannot be changed. */
function manageUrl(notice: Notice, links: Pick<ManageLinks, "url">): string | null {
  const { kind, shopId, bookingId, manageTokenVersion } = notice;
  if (kind === "booking_cancelled" || manageTokenVersion === null) return null;
  return links.url({ shop_id: shopId, id: bookingId, manage_token_version: manageTokenVersion });
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
