import { defineInt, defineString } from "firebase-functions/params";

const cacheTtlSeconds = defineInt("CACHE_TTL_SECONDS", {
  default: 3600,
  description: "How long a generated availability day stays valid in Firestore, in seconds.",
});
const level1Seconds = defineInt("LEVEL1_SECONDS", {
  default: 3,
  description: "How long an instance may answer from its own memory, in seconds; 0 turns level 1 off.",
});
const bookingDeadlineSeconds = defineInt("BOOKING_DEADLINE_SECONDS", {
  default: 10,
  description: "How long a contended booking is retried before it is answered with 503, in seconds.",
});
const rateLimits = defineString("RATE_LIMITS", {
  default: "on",
  description: "`off` disables rate limits, for benchmarks and tests.",
});
const trustedProxyHops = defineInt("TRUSTED_PROXY_HOPS", {
  default: 1,
  description: "Proxies between the client and the function that set X-Forwarded-For.",
});

/** Everything that can be configured, typed and read once. */
export interface Config {
  readonly cacheTtlSeconds: number;
  readonly level1Seconds: number;
  readonly bookingDeadlineSeconds: number;
  readonly rateLimits: boolean;
  readonly trustedProxyHops: number;
}

/** Reads the parameters; call it at the first request, not while the code is being deployed. */
export function readConfig(): Config {
  return {
    cacheTtlSeconds: cacheTtlSeconds.value(),
    level1Seconds: level1Seconds.value(),
    bookingDeadlineSeconds: bookingDeadlineSeconds.value(),
    rateLimits: rateLimits.value() !== "off",
    trustedProxyHops: trustedProxyHops.value(),
  };
}
