import { z } from "zod";
import { idSchema } from "./fields.ts";

/** The path parameters of routes under `/v1/shops/:shop_id`. */
export const shopParams = z.strictObject({ shop_id: idSchema });

/** The path parameters of routes under `/v1/shops/:shop_id/mechanics/:mechanic_id`. */
export const mechanicParams = shopParams.extend({ mechanic_id: idSchema });

/** The query of routes that take none: any parameter is an unknown name. */
export const noQuery = z.strictObject({});
