/** The repository's top folder, whatever folder the command was called from. */
export const root: string;
