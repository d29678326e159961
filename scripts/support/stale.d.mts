export function buildIfStale(workspace: "functions" | "emulator"): Promise<void>;
