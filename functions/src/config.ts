import { defineInt, defineString } from "firebase-functions/params";

const DEFAULTS = {
  CACHE_TTL_SECONDS: 3600,
  LEVEL1_SECONDS: 3,
  BOOKING_DEADLINE_SECONDS: 10,
  RATE_LIMITS: "on",
  TRUSTED_PROXY_HOPS: 1,
  WARM_DAYS: 14,
  STREAM_SECONDS: 270,
} as const;

const cacheTtlSeconds = defineInt("CACHE_TTL_SECONDS", {
  default: DEFAULTS.CACHE_TTL_SECONDS,
  description: "How long a generated availability day stays valid in Firestore, in seconds.",
});
const level1Seconds = defineInt("LEVEL1_SECONDS", {
  default: DEFAULTS.LEVEL1_SECONDS,
  description: "How long an instance may answer from its own memory, in seconds; 0 turns level 1 off.",
});
const bookingDeadlineSeconds = defineInt("BOOKING_DEADLINE_SECONDS", {
  default: DEFAULTS.BOOKING_DEADLINE_SECONDS,
  description: "How long a contended booking is retried before it is answered with 503, in seconds.",
});
const rateLimits = defineString("RATE_LIMITS", {
  default: DEFAULTS.RATE_LIMITS,
  description: "`off` disables rate limits, for benchmarks and tests.",
});
const trustedProxyHops = defineInt("TRUSTED_PROXY_HOPS", {
  default: DEFAULTS.TRUSTED_PROXY_HOPS,
  description: "Proxies between the client and the function that set X-Forwarded-For.",
});

const warmDays = defineInt("WARM_DAYS", {
  default: DEFAULTS.WARM_DAYS,
  description: "How many days after today the nightly warm-up fills; -1 turns it off.",
});
const streamSeconds = defineInt("STREAM_SECONDS", {
  default: DEFAULTS.STREAM_SECONDS,
  description:
    "How long an event stream stays open before its client reconnects; less than the api's timeout.",
});

const DEFAULT_REGION = "us-central1";
// Declared for the Firebase CLI, which lists it and passes it on; `readRegion` says why nothing asks it for its value.
defineString("REGION", {
  default: DEFAULT_REGION,
  description: "The region of every function; Hosting forwards to the `api` function wherever it is.",
});

/**
 * Reads the functions' region from the environment, where the Firebase CLI puts parameters before it loads the code: a
 * function's definition must name its region at load, when parameters cannot be read yet.
 */
export function readRegion(): string {
  return process.env.REGION || DEFAULT_REGION;
}

/** The configuration, read once. */
export interface Config {
  readonly cacheTtlSeconds: number;
  readonly level1Seconds: number;
  readonly bookingDeadlineSeconds: number;
  readonly rateLimits: boolean;
  readonly trustedProxyHops: number;
  readonly warmDays: number;
  readonly streamSeconds: number;
}

interface Parameter<T> {
  readonly name: string;
  value(): T;
}

/** Reads the parameters. Call it at the first request, not while the code is being deployed. */
export function readConfig(): Config {
  return {
    cacheTtlSeconds: valueOf(cacheTtlSeconds, DEFAULTS.CACHE_TTL_SECONDS),
    level1Seconds: valueOf(level1Seconds, DEFAULTS.LEVEL1_SECONDS),
    bookingDeadlineSeconds: valueOf(bookingDeadlineSeconds, DEFAULTS.BOOKING_DEADLINE_SECONDS),
    rateLimits: valueOf<string>(rateLimits, DEFAULTS.RATE_LIMITS) !== "off",
    trustedProxyHops: valueOf(trustedProxyHops, DEFAULTS.TRUSTED_PROXY_HOPS),
    warmDays: valueOf(warmDays, DEFAULTS.WARM_DAYS),
    streamSeconds: valueOf(streamSeconds, DEFAULTS.STREAM_SECONDS),
  };
}

/** The parameter's value. The Firebase CLI sets the defaults when it deploys or emulates; `npm run api` does not. */
function valueOf<T>(parameter: Parameter<T>, fallback: T): T {
  return process.env[parameter.name] === undefined ? fallback : parameter.value();
}

/** What the platform's environment variables say about this process. */
export interface Platform {
  readonly projectId: string;
  /** Whether tokens come from the Auth emulator; the Admin SDK reads the same variable. */
  readonly authEmulator: boolean;
  /** Whether this instance answers HTTP requests. If it handles events, the platform must parse them. */
  readonly servesHttp: boolean;
}

/** Reads the platform's environment variables. */
export function readPlatform(): Platform {
  const { GCLOUD_PROJECT, GOOGLE_CLOUD_PROJECT, FIREBASE_AUTH_EMULATOR_HOST, FUNCTION_SIGNATURE_TYPE } =
    process.env;
  return {
    projectId: GCLOUD_PROJECT ?? GOOGLE_CLOUD_PROJECT ?? "",
    authEmulator: Boolean(FIREBASE_AUTH_EMULATOR_HOST),
    servesHttp: (FUNCTION_SIGNATURE_TYPE ?? "http") === "http",
  };
}
