import type { Actor } from "../../audit/trail.ts";
import type { PlainDate } from "../../engine/types.ts";

/** Which cached days to rebuild, and for whom. */
export interface RecalculationRequest {
  readonly shopId: string;
  /** At most one page of dates. */
  readonly dates: readonly PlainDate[];
  /** Only this mechanic's part of the days that are otherwise valid; null: whole days. */
  readonly mechanicId: string | null;
  /** The admin who asked for it. */
  readonly actor: Actor;
}
