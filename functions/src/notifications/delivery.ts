/*
 * Notifications go through an outbox. The transaction that changes a booking adds a document to
 * `shops/{shop}/notifications` (outbox.ts) with the status `pending`. Its creation triggers `deliver`, which writes the
 * mail to the collection that the Trigger Email extension sends from, and marks the notification `delivered` in the
 * same commit; `skipped` when there is no address; `failed` after the last attempt.
 */
import * as logger from "firebase-functions/logger";
import type { Clock } from "../platform/scope.ts";
import type { DeliveryStore, NotificationAddress } from "./delivery-store.ts";
import { composeMail } from "./mail.ts";
import type { ManageLinks } from "./manage-links.ts";

/** The delay after each failed attempt, in seconds. The attempt after the last delay is the last one. */
export const RETRY_DELAYS_SECONDS: readonly number[] = [1, 2, 4, 8];

interface Dependencies {
  readonly deliveries: Pick<DeliveryStore, "readPending" | "deliver" | "recordFailure">;
  readonly clock: Clock;
  readonly manageLinks: Pick<ManageLinks, "url">;
  readonly pause: (milliseconds: number) => Promise<void>;
}

/**
 * Delivers a notification at least once; since the mail's id follows from the notification's, as one mail. Safe to
 * repeat and to run concurrently. The notification counts its attempts, so an interrupted delivery is resumed. Throws
 * only when a failure could not be recorded.
 */
export async function deliver(dependencies: Dependencies, address: NotificationAddress): Promise<void> {
  for (let made = 0; ; made += 1) {
    const failure = await attempt(dependencies, address, made);
    if (!failure) return;
    const delay = RETRY_DELAYS_SECONDS[failure.attempts - 1];
    const status = delay === undefined ? "failed" : "pending";
    await dependencies.deliveries.recordFailure(address, { status, ...failure });
    if (delay === undefined) {
      const { attempts, lastError } = failure;
      logger.error("notification failed", { ...address, attempts, last_error: lastError });
      return;
    }
    await dependencies.pause(delay * 1000);
  }
}

/** Null when the notification needs no further attempt; else how many attempts have failed, and why the last one did. */
async function attempt(
  { deliveries, clock, manageLinks }: Dependencies,
  address: NotificationAddress,
  made: number,
) {
  // Also counted here: a notification that cannot be read cannot tell how many attempts it has had.
  let attempts = made + 1;
  try {
    const pending = await deliveries.readPending(address);
    if (!pending) return null;
    attempts = Math.max(made, pending.attempts) + 1;
    const mail = composeMail(pending.notice, manageLinks);
    if (mail) await deliveries.deliver(address, mail, clock.now());
    else {
      const lastError = "no e-mail address";
      await deliveries.recordFailure(address, { status: "skipped", attempts, lastError });
    }
    return null;
  } catch (error) {
    return { attempts, lastError: String(error).slice(0, 500) };
  }
}
