import { LOCAL_PROJECT } from "../support/local-project.ts";
import type { Ports } from "./ports.ts";

/** The address of an HTTP function in the functions emulator. */
export function functionAddress({ functions }: Ports, name: "api" | "streams"): string {
  return `http://127.0.0.1:${functions}/${LOCAL_PROJECT}/us-central1/${name}`;
}
