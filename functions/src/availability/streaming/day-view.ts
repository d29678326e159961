import type { Shop } from "../../catalog/schema.ts";
import type { DayContent } from "../day/day-content.ts";

/** The present state of a date. */
export interface DayView {
  readonly shop: Shop;
  readonly content: DayContent;
}
