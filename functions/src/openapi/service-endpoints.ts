import { z } from "zod";
import { diagnosticsAnswer, type Diagnostics } from "../platform/http/diagnostics-answer.ts";
import { noQuery } from "../platform/http/params.ts";
import { ANYONE, STAFF_OF_ANY_SHOP } from "./callers.ts";
import type { Endpoint } from "./endpoint.ts";

const health = {
  method: "get",
  tag: "Service",
  callers: ANYONE,
  isUnlimited: true,
  answers: {
    200: {
      description: "It answers.",
      schema: z.strictObject({ status: z.literal("ok") }),
      example: { status: "ok" },
    },
  },
} as const;

const EXAMPLE_DIAGNOSTICS: Diagnostics = {
  method: "GET",
  path: "/v1/diagnostics/request",
  host: "slotbay.example",
  protocol: "https",
  headers: ["authorization", "host", "x-forwarded-for"],
  forwarded: { "x-forwarded-for": "203.0.113.7, 198.51.100.2" },
  client: {
    peer: { address: "192.0.2.1", trusted: true },
    forwarded_for: [
      { address: "198.51.100.2", trusted: true, list: "fastly" },
      { address: "203.0.113.7", trusted: false, list: null },
    ],
    address: "203.0.113.7",
    key: "203.0.113.7",
    stored_as: "q1w2e3r4t5",
  },
  trusted_proxies: { parameter: "google,fastly", ranges: ["198.51.100.0/24"] },
  limits: {
    enabled: true,
    table: { reads: { windows: [{ requests: 100, seconds: 60 }] } },
    upcoming_per_contact: 5,
  },
  app_check: { mode: "off", token: false },
  platform: { service: "api", revision: "api-00007", region: "us-central1" },
  clock: "2026-01-15T13:00:00.000Z",
};

export const SERVICE_ENDPOINTS: readonly Endpoint[] = [
  { ...health, id: "health", path: "/v1/health", summary: "Tell whether the service answers" },
  {
    ...health,
    id: "healthz",
    path: "/healthz",
    summary: "Tell whether the service answers, locally",
    description: "An alias of `/v1/health`. Cloud Run reserves this path and answers it by itself.",
  },
  {
    id: "diagnoseRequest",
    method: "get",
    path: "/v1/diagnostics/request",
    tag: "Service",
    summary: "Show what the service sees of this request",
    description: "How the address that limits count by was found, and which limits hold. It shows no token.",
    callers: STAFF_OF_ANY_SHOP,
    query: noQuery,
    answers: {
      200: {
        description: "The request as it arrived.",
        schema: diagnosticsAnswer,
        example: EXAMPLE_DIAGNOSTICS,
      },
    },
  },
];
