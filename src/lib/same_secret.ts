/**
 * Whether the given bytes are the right ones. How long that takes depends on the length of the given
 * ones alone, not on how much of them is right.
 */
export function isSameSecret(right: Uint8Array, given: Uint8Array): boolean {
  let difference = right.length ^ given.length;
  for (const [i, byte] of given.entries()) difference |= byte ^ (right[i % right.length] ?? 0);
  return difference === 0;
}
