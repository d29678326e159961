import type { Request, Response } from "express";
import { etagOfShown, isKnown } from "./etag.ts";

/** Answers with a resource and its ETag; 304 where the client has it already. `name` is the resource's field. */
export function answerResource(
  request: Request,
  response: Response,
  { status = 200, name, resource }: { status?: number; name: string | null; resource: object },
): void {
  const etag = etagOfShown(resource);
  response.set("ETag", etag);
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (isRead && isKnown(request.get("if-none-match"), etag)) response.status(304).end();
  else response.status(status).json(name === null ? resource : { [name]: resource });
}
