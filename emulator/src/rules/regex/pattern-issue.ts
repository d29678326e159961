/** The reason why RE2 would refuse a pattern; `translatePattern` returns it. */
export class PatternIssue extends Error {}
