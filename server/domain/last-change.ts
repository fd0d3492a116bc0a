/** Who stored the current values, and when; null where that is unknown. */
export type LastChange = { byName: string | null; at: Date | null };

/**
 * Why a change that is based on an older version is refused, so that no one overwrites work that they have not seen.
 * @param what with "these" or "this": `these answers`
 */
export function newerChangeInWords(what: string, last: LastChange | null): string {
  const at = last?.at ? ` on ${last.at.toISOString().slice(0, 16).replace("T", " at ")} UTC` : "";
  return `${last?.byName ?? "A colleague"} has changed ${what}${at}. Nothing was saved. Review what is stored now, then save again.`;
}
