export function installRoot(): Promise<void>;
export function installFirebaseTools(): Promise<void>;
export function exclusively<T>(task: () => Promise<T>): Promise<T>;
export function note(message: string): void;
