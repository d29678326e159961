/**
 * Compares two strings by code point. UTF-16 order differs from it only where a surrogate meets a unit above
 * U+DFFF, so the first differing unit decides after surrogates are moved to the end.
 */
export function compareUtf16AsCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return lift(x) - lift(y);
  }
  return a.length - b.length;
}

function lift(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
