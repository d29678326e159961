import { readFileSync, writeFileSync } from "node:fs";

/** The most memory that a process has had since `forgetPeak`, all its garbage included, in bytes. Linux only. */
export function peakMemory(pid: number | "self" = "self"): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) * 1024;
}

/** Starts the measurement of `peakMemory` again, at what the process has now. */
export function forgetPeak(pid: number | "self" = "self"): void {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
}
