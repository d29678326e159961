export function buildIfStale(workspace: "functions" | "emulator"): void;
export function build(workspace: "functions" | "emulator"): void;
