import type { Mechanic, Service, Shop } from "./schema.ts";
import { streamUrlOf } from "./stream-url.ts";

/** The public fields of shops, services and mechanics. Working hours and limits are not public. */

/** `streamsAddress`: the address of the function that serves streams. */
export function publicShop(shop: Shop, streamsAddress: string | null) {
  const { policy } = shop;
  return {
    id: shop.id,
    name: shop.name,
    time_zone: shop.time_zone,
    stream_url: streamUrlOf(streamsAddress, shop.id),
    policy: {
      slot_interval_minutes: policy.slot_interval_minutes,
      default_slot_minutes: policy.default_slot_minutes,
      lead_time_minutes: policy.lead_time_minutes,
      horizon_days: policy.horizon_days,
      hold_minutes: policy.hold_minutes,
      cancellation_notice_minutes: policy.cancellation_notice_minutes,
      allow_guest_booking: policy.allow_guest_booking,
    },
  };
}

export function publicService(service: Service) {
  return {
    id: service.id,
    name: service.name,
    description: service.description,
    price: service.price,
    durations_minutes: service.durations_minutes,
    buffer_before_minutes: service.buffer_before_minutes,
    buffer_after_minutes: service.buffer_after_minutes,
  };
}

export function publicMechanic(mechanic: Mechanic) {
  return { id: mechanic.id, name: mechanic.name, specialties: mechanic.specialties };
}
