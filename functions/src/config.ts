import { defineInt, defineString } from "firebase-functions/params";
import type { Retention } from "./platform/firestore/retention.ts";

/** The region of all functions. */
export const REGION = "us-central1";

const DEFAULTS = {
  CACHE_TTL_SECONDS: 3600,
  LEVEL1_SECONDS: 3,
  BOOKING_DEADLINE_SECONDS: 10,
  RATE_LIMITS: "on",
  TRUSTED_PROXY_HOPS: 1,
  WARM_DAYS: 14,
  STREAM_SECONDS: 270,
  STREAMS_PER_INSTANCE: 200,
  STREAM_URL: "",
  MAIL_DAYS: 90,
  NOTIFICATION_DAYS: 90,
  AUDIT_DAYS: 730,
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
    "How long an event stream stays open before its client reconnects; less than the timeout of `streams`.",
});
const streamsPerInstance = defineInt("STREAMS_PER_INSTANCE", {
  default: DEFAULTS.STREAMS_PER_INSTANCE,
  description: "How many event streams one instance serves; less than the concurrency of `streams`.",
});
const streamUrl = defineString("STREAM_URL", {
  default: DEFAULTS.STREAM_URL,
  description: "The address of the function `streams`; if empty, it follows from project and region.",
});

const mailDays = defineInt("MAIL_DAYS", {
  default: DEFAULTS.MAIL_DAYS,
  description: "How long mails are kept, in days.",
});
const notificationDays = defineInt("NOTIFICATION_DAYS", {
  default: DEFAULTS.NOTIFICATION_DAYS,
  description: "How long notifications are kept, in days.",
});
const auditDays = defineInt("AUDIT_DAYS", {
  default: DEFAULTS.AUDIT_DAYS,
  description: "How long entries of the audit trail are kept, in days.",
});

/** The configuration, read once. */
export interface Config {
  readonly cacheTtlSeconds: number;
  readonly level1Seconds: number;
  readonly bookingDeadlineSeconds: number;
  readonly rateLimits: boolean;
  readonly trustedProxyHops: number;
  readonly warmDays: number;
  readonly streamSeconds: number;
  readonly streamsPerInstance: number;
  /** The address of the function `streams`, without a slash at the end; null when it is not known. */
  readonly streamsAddress: string | null;
  readonly retention: Retention;
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
    streamsPerInstance: valueOf(streamsPerInstance, DEFAULTS.STREAMS_PER_INSTANCE),
    streamsAddress:
      valueOf<string>(streamUrl, DEFAULTS.STREAM_URL).replace(/\/+$/, "") || addressOf("streams"),
    retention: readRetention(),
  };
}

/** Reads the part of the configuration that a tool without the other parameters needs. */
export function readRetention(): Retention {
  return {
    mailDays: valueOf(mailDays, DEFAULTS.MAIL_DAYS),
    notificationDays: valueOf(notificationDays, DEFAULTS.NOTIFICATION_DAYS),
    auditDays: valueOf(auditDays, DEFAULTS.AUDIT_DAYS),
  };
}

/** The parameter's value. The Firebase CLI sets the defaults when it deploys or emulates; `npm run api` does not. */
function valueOf<T>(parameter: Parameter<T>, fallback: T): T {
  return process.env[parameter.name] === undefined ? fallback : parameter.value();
}

/** Where firebase.json puts the functions emulator; `npm start` sets FUNCTIONS_EMULATOR_HOST for other ports. */
const DEFAULT_EMULATOR_HOST = "127.0.0.1:5001";

/** The address that a function of this deployment has by default; null outside Cloud Run and the functions emulator. */
function addressOf(functionName: string): string | null {
  const { FUNCTIONS_EMULATOR, FUNCTIONS_EMULATOR_HOST, K_SERVICE } = process.env;
  const { projectId } = readPlatform();
  if (FUNCTIONS_EMULATOR === "true") {
    const host = FUNCTIONS_EMULATOR_HOST ?? DEFAULT_EMULATOR_HOST;
    return `http://${host}/${projectId}/${REGION}/${functionName}`;
  }
  return K_SERVICE === undefined ? null : `https://${REGION}-${projectId}.cloudfunctions.net/${functionName}`;
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
