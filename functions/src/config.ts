import { defineInt, defineSecret, defineString } from "firebase-functions/params";
import type { Retention } from "./platform/firestore/retention.ts";

const DEFAULTS = {
  CACHE_TTL_SECONDS: 3600,
  LEVEL1_SECONDS: 3,
  BOOKING_DEADLINE_SECONDS: 10,
  RATE_LIMITS: "on",
  TRUSTED_PROXIES: "loopback, linklocal, google",
  APP_CHECK: "off",
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
const trustedProxies = defineString("TRUSTED_PROXIES", {
  default: DEFAULTS.TRUSTED_PROXIES,
  description:
    "Addresses and ranges whose X-Forwarded-For is believed, comma-separated; also the lists loopback, linklocal, google, fastly.",
});
const appCheck = defineString("APP_CHECK", {
  default: DEFAULTS.APP_CHECK,
  description: "Whether holds and bookings need an App Check token: `off`, `log` or `enforce`.",
});
const addressHmacSecret = defineSecret("ADDRESS_HMAC_SECRET");

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

/** What the platform gives to the functions: expressions, which the Firebase CLI evaluates when it deploys. */
export const RESOURCES = {
  memory: defineInt("MEMORY_MIB", {
    default: 512,
    description: "The memory of an instance in MiB; requests take up to 200 MB above an idle process.",
  }),
  concurrency: defineInt("CONCURRENCY", {
    default: 80,
    description: "How many requests one instance of `api` answers at a time.",
  }),
  minInstances: defineInt("MIN_INSTANCES", {
    default: 0,
    description: "How many instances of `api` are kept running; above 0 they cost money while idle.",
  }),
  maxInstances: defineInt("MAX_INSTANCES", {
    default: 100,
    description: "How many instances each function has at most, which limits the cost of an attack.",
  }),
} as const;

const publicUrl = defineString("PUBLIC_URL", {
  default: "",
  description: "Address of the site, for links in messages; empty: https://PROJECT.web.app.",
});

/** The key of manage tokens and request ids. Functions that make either must be bound to it. */
export const manageTokenSecret = defineSecret("MANAGE_TOKEN_SECRET");

/** The secrets that the HTTP API reads; the platform gives a function only those it is declared with. */
export const API_SECRETS = [manageTokenSecret, addressHmacSecret];

/** Used with the Firestore emulator only; `functions/.secret.local` gives the functions emulator the same. */
const LOCAL_SECRET = "the-fixed-secret-of-local-emulators";
const LOCAL_URL = "http://127.0.0.1:5000";

export const APP_CHECK_MODES = ["off", "log", "enforce"] as const;
export type AppCheckMode = (typeof APP_CHECK_MODES)[number];

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
  readonly trustedProxies: string;
  readonly appCheck: AppCheckMode;
  /** Key of the HMACs that addresses and contacts are stored as; empty in functions that need none. */
  readonly addressHmacSecret: string;
  readonly warmDays: number;
  readonly streamSeconds: number;
  /** Without a slash at the end. */
  readonly publicUrl: string;
  /** Null in functions that are not bound to it. */
  readonly manageTokenSecret: string | null;
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
  const { projectId, firestoreEmulator } = readPlatform();
  const defaultUrl = firestoreEmulator ? LOCAL_URL : `https://${projectId}.web.app`;
  return {
    cacheTtlSeconds: valueOf(cacheTtlSeconds, DEFAULTS.CACHE_TTL_SECONDS),
    level1Seconds: valueOf(level1Seconds, DEFAULTS.LEVEL1_SECONDS),
    bookingDeadlineSeconds: valueOf(bookingDeadlineSeconds, DEFAULTS.BOOKING_DEADLINE_SECONDS),
    rateLimits: valueOf<string>(rateLimits, DEFAULTS.RATE_LIMITS) !== "off",
    trustedProxies: valueOf<string>(trustedProxies, DEFAULTS.TRUSTED_PROXIES),
    appCheck: appCheckMode(valueOf<string>(appCheck, DEFAULTS.APP_CHECK)),
    addressHmacSecret: secretValue(addressHmacSecret),
    warmDays: valueOf(warmDays, DEFAULTS.WARM_DAYS),
    streamSeconds: valueOf(streamSeconds, DEFAULTS.STREAM_SECONDS),
    publicUrl: (valueOf<string>(publicUrl, "") || defaultUrl).replace(/\/+$/, ""),
    manageTokenSecret:
      valueOf<string | null>(manageTokenSecret, null) ?? (firestoreEmulator ? LOCAL_SECRET : null),
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

/** The value of a secret where the platform gives it, and a fixed one locally. */
function secretValue({ name }: { readonly name: string }): string {
  const { authEmulator, firestoreEmulator } = readPlatform();
  return process.env[name] ?? (authEmulator || firestoreEmulator ? `local-only-${name}` : "");
}

/** Throws an error for an unknown mode: a typing mistake must not turn the check off. */
function appCheckMode(text: string): AppCheckMode {
  const mode = APP_CHECK_MODES.find((known) => known === text);
  if (mode === undefined) throw new Error(`APP_CHECK: ${text} is not one of ${APP_CHECK_MODES.join(", ")}`);
  return mode;
}

/** Where firebase.json puts the functions emulator; `npm start` sets FUNCTIONS_EMULATOR_HOST for other ports. */
const DEFAULT_EMULATOR_HOST = "127.0.0.1:5001";

/** The address that a function of this deployment has by default; null outside Cloud Run and the functions emulator. */
function addressOf(functionName: string): string | null {
  const { FUNCTIONS_EMULATOR, FUNCTIONS_EMULATOR_HOST, K_SERVICE } = process.env;
  const { projectId } = readPlatform();
  if (FUNCTIONS_EMULATOR === "true") {
    const host = FUNCTIONS_EMULATOR_HOST ?? DEFAULT_EMULATOR_HOST;
    return `http://${host}/${projectId}/${readRegion()}/${functionName}`;
  }
  return K_SERVICE === undefined
    ? null
    : `https://${readRegion()}-${projectId}.cloudfunctions.net/${functionName}`;
}

/** What the platform's environment variables say about this process. */
export interface Platform {
  readonly projectId: string;
  /** Whether tokens come from the Auth emulator; the Admin SDK reads the same variable. */
  readonly authEmulator: boolean;
  /** Whether documents lie in a Firestore emulator; the Admin SDK reads the same variable. */
  readonly firestoreEmulator: boolean;
  /** Whether this instance answers HTTP requests. If it handles events, the platform must parse them. */
  readonly servesHttp: boolean;
  /** The service, its revision and its region; null outside the platform. */
  readonly service: string | null;
  readonly revision: string | null;
  readonly region: string | null;
}

/** Reads the platform's environment variables. */
export function readPlatform(): Platform {
  const { GCLOUD_PROJECT, GOOGLE_CLOUD_PROJECT, FUNCTION_SIGNATURE_TYPE } = process.env;
  const { FIREBASE_AUTH_EMULATOR_HOST, FIRESTORE_EMULATOR_HOST } = process.env;
  const { K_SERVICE, K_REVISION, EVENTARC_CLOUD_EVENT_SOURCE } = process.env;
  return {
    projectId: GCLOUD_PROJECT ?? GOOGLE_CLOUD_PROJECT ?? "",
    authEmulator: Boolean(FIREBASE_AUTH_EMULATOR_HOST),
    firestoreEmulator: Boolean(FIRESTORE_EMULATOR_HOST),
    servesHttp: (FUNCTION_SIGNATURE_TYPE ?? "http") === "http",
    service: K_SERVICE ?? null,
    revision: K_REVISION ?? null,
    // The Firebase CLI deploys every function with projects/P/locations/REGION/services/NAME.
    region: /\/locations\/([^/]+)\//.exec(EVENTARC_CLOUD_EVENT_SOURCE ?? "")?.[1] ?? null,
  };
}
