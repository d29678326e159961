/** The heap that Node gives itself in an instance of 512 MiB; on a larger machine it would collect garbage late. */
export const INSTANCE_HEAP = "--max-old-space-size=256";
