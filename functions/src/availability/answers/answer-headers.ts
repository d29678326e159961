import type { Request, Response } from "express";
import type { Days } from "../generation/availability-service.ts";

/** Whether the client wants no cache to be asked, as any HTTP client may say it. */
export function asksForFresh(request: Request): boolean {
  return /\bno-cache\b/i.test(request.get("cache-control") ?? "");
}

/** Sets the headers that say where the answer came from and how long it took. */
export function setAnswerHeaders(
  response: Response,
  { source, timing }: Pick<Days, "source" | "timing">,
): void {
  response.set("X-Cache", source);
  const steps = Object.entries(timing).map(([step, ms]) => `${step};dur=${(ms as number).toFixed(1)}`);
  if (steps.length > 0) response.set("Server-Timing", steps.join(", "));
  // Slots are gone the moment somebody books: no cache between here and the customer may keep them.
  response.set("Cache-Control", "no-store");
}
