type Target = "functions" | "emulator" | "api-docs";

export function buildIfStale(target: Target): void;
export function build(target: Target): void;
