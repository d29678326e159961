import { isSameSecret, type KeyedHash } from "../platform/keyed-hash.ts";

/** The part of a booking that its manage token follows from. */
export interface ManagedBooking {
  readonly shop_id: string;
  readonly id: string;
  /** Tokens of a lower version stop working: raising it revokes the links that were sent. */
  readonly manage_token_version: number;
}

/**
 * The tokens with which guests manage their bookings, and the links that carry them. A token is a keyed hash of its
 * booking: nothing is stored, and every message can contain the link.
 */
export class ManageLinks {
  /** @param publicUrl the address of the site, without a slash at the end. */
  constructor(
    private readonly hash: KeyedHash,
    private readonly publicUrl: string,
  ) {}

  token({ shop_id, id, manage_token_version }: ManagedBooking): string {
    return this.hash.of("manage", shop_id, id, manage_token_version);
  }

  isToken(given: string, booking: ManagedBooking): boolean {
    return isSameSecret(given, this.token(booking));
  }

  /** Returns the address of the page that manages the booking. The token is a fragment, which browsers do not send. */
  url(booking: ManagedBooking): string {
    const path = [booking.shop_id, booking.id].map(encodeURIComponent).join("/");
    return `${this.publicUrl}/manage/${path}#${this.token(booking)}`;
  }
}
