import { z } from "zod";

const namedAddress = z.object({
  address: z.string(),
  /** Whether TRUSTED_PROXIES has it. */
  trusted: z.boolean(),
  /** The list of `trusted-proxies.ts` that has it, trusted or not. */
  list: z.string().nullable(),
});
const limit = z.object({
  windows: z.array(z.object({ requests: z.number(), seconds: z.number() })).readonly(),
});

/** `GET /v1/diagnostics/request` */
export const diagnosticsAnswer = z.object({
  method: z.string(),
  path: z.string(),
  host: z.string(),
  protocol: z.string(),
  /** The names of all headers. */
  headers: z.array(z.string()),
  /** The values of headers that proxies set. */
  forwarded: z.record(z.string(), z.string()),
  client: z.object({
    /** The connection; no address behind the functions emulator. */
    peer: z.object({ address: z.string().nullable(), trusted: z.boolean() }),
    /** The addresses of `X-Forwarded-For`, nearest first. */
    forwarded_for: z.array(namedAddress),
    address: z.string().nullable(),
    /** What limits count by. */
    key: z.string(),
    stored_as: z.string(),
  }),
  trusted_proxies: z.object({ parameter: z.string(), ranges: z.array(z.string()) }),
  limits: z.object({
    enabled: z.boolean(),
    table: z.record(z.string(), limit),
    upcoming_per_contact: z.number(),
  }),
  app_check: z.object({ mode: z.string(), token: z.boolean() }),
  platform: z.object({
    service: z.string().nullable(),
    revision: z.string().nullable(),
    region: z.string().nullable(),
  }),
  clock: z.iso.datetime(),
});
export type Diagnostics = z.input<typeof diagnosticsAnswer>;
