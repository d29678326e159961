import * as logger from "firebase-functions/logger";
import type { Clock } from "../platform/scope.ts";
import type { DeliveryStore, NotificationAddress } from "./delivery-store.ts";
import { composeMail } from "./mail.ts";

/** Pauses after the attempts that failed, in seconds; after the last attempt there is none, and no further one. */
export const PAUSES_SECONDS: readonly number[] = [1, 2, 4, 8];

interface Dependencies {
  readonly deliveries: Pick<DeliveryStore, "pending" | "deliver" | "note">;
  readonly clock: Clock;
  readonly pause: (milliseconds: number) => Promise<void>;
}

/**
 * Delivers what a transaction has put into the outbox: at least once, and since the mail's id is the notification's,
 * as one mail. Safe to repeat and to run twice at a time. Attempts are counted in the notification, so one that was
 * cut off goes on where it was. Throws only when not even the failure could be noted.
 */
export async function deliver(dependencies: Dependencies, address: NotificationAddress): Promise<void> {
  for (let made = 0; ; made += 1) {
    const failed = await attempt(dependencies, address, made);
    if (!failed) return;
    const pause = PAUSES_SECONDS[failed.attempts - 1];
    const status = pause === undefined ? "failed" : "pending";
    await dependencies.deliveries.note(address, { status, ...failed });
    if (pause === undefined) {
      logger.error("notification failed", { ...address, ...failed });
      return;
    }
    await dependencies.pause(pause * 1000);
  }
}

/** Null when there is nothing more to do; else how many attempts have failed by now, and why the last one did. */
async function attempt({ deliveries, clock }: Dependencies, address: NotificationAddress, made: number) {
  // Counted here, too: what cannot be read does not say how often that was found out.
  let attempts = made + 1;
  try {
    const pending = await deliveries.pending(address);
    if (!pending) return null;
    attempts = Math.max(made, pending.attempts) + 1;
    const mail = composeMail(pending.notice);
    if (mail) await deliveries.deliver(address, mail, clock.now());
    else await deliveries.note(address, { status: "skipped", attempts, last_error: "no e-mail address" });
    return null;
  } catch (error) {
    return { attempts, last_error: String(error).slice(0, 500) };
  }
}
