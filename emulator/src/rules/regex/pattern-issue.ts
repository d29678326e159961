/** Why a pattern is not one that RE2 accepts; `translatePattern` turns it into a reason. */
export class PatternIssue extends Error {}
