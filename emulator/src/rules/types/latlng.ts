import type { RulesLatLng } from "../values/values.ts";
import { method } from "./callable.ts";
import type { CallableTable } from "./callable.ts";

const EARTH_RADIUS_METERS = 6_371_010;

export const latlngMethods: CallableTable<RulesLatLng> = {
  distance: method(["latlng"], (from: RulesLatLng, to) => distanceMeters(from, to)),
  latitude: method([], (at: RulesLatLng) => at.latitude),
  longitude: method([], (at: RulesLatLng) => at.longitude),
};

/** Great-circle distance by the haversine formula. */
function distanceMeters(from: RulesLatLng, to: RulesLatLng): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const halfLatitude = Math.sin(radians(to.latitude - from.latitude) / 2);
  const halfLongitude = Math.sin(radians(to.longitude - from.longitude) / 2);
  const h =
    halfLatitude ** 2 +
    Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * halfLongitude ** 2;
  return 2 * EARTH_RADIUS_METERS * Math.asin(Math.min(1, Math.sqrt(h)));
}
