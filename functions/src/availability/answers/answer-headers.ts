import type { Response } from "express";
import type { Days } from "../generation/days.ts";

/** Sets the headers that name the source of an answer and its duration. */
export function setAnswerHeaders(
  response: Response,
  { source, timing }: Pick<Days, "source" | "timing">,
): void {
  response.set("X-Cache", source);
  const steps = Object.entries(timing).map(([step, ms]) => `${step};dur=${(ms as number).toFixed(1)}`);
  if (steps.length > 0) response.set("Server-Timing", steps.join(", "));
  // A slot may be booked at any time, so no cache on the way may store the answer.
  response.set("Cache-Control", "no-store");
}
