import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Response } from "express";

/**
 * Sends a value as JSON. With `pieces`, their elements fill the value's last empty list; each piece is computed only when
 * the client has taken the one before, so a long answer takes no more memory than a short one.
 */
export async function sendJson(
  response: Response,
  value: unknown,
  pieces: Iterable<readonly unknown[]> | null,
): Promise<void> {
  if (pieces === null) {
    response.json(value);
    return;
  }
  response.type("json");
  const chunks = Readable.from(chunksOf(JSON.stringify(value), pieces), { highWaterMark: 1 });
  try {
    await pipeline(chunks, response);
  } catch (error) {
    // The client has disconnected; the rest cannot be sent.
    if (!response.destroyed) throw error;
  }
}

function* chunksOf(text: string, pieces: Iterable<readonly unknown[]>): Generator<string> {
  const gap = text.lastIndexOf("[]") + 1;
  yield text.slice(0, gap);
  let separator = "";
  for (const piece of pieces) {
    if (piece.length === 0) continue;
    yield separator + JSON.stringify(piece).slice(1, -1);
    separator = ",";
  }
  yield text.slice(gap);
}
