/** Limits exports that run at the same time, because each reads whole tables. Per instance. */

export const maxExportsPerPerson = 2;
const maxExports = 6;
export const retryAfterSeconds = 15;

export type ExportSlot = {
  /** Aborts if the export has to end before its last row. */
  ended: AbortSignal;
  end(reason: string): void;
  free(): void;
};

export function createExportSlots() {
  const running = new Map<string, number>();
  let total = 0;

  return {
    /** @returns a slot to release when the export ends, or why there is none now */
    take(staffId: string): ExportSlot | string {
      const own = running.get(staffId) ?? 0;
      if (own >= maxExportsPerPerson) {
        return `You already have ${own} exports running. Wait until one is complete, then try again.`;
      }
      if (total >= maxExports) {
        return "Too many exports are running. Try again in a moment.";
      }
      running.set(staffId, own + 1);
      total += 1;
      const ending = new AbortController();
      let isFree = false;
      return {
        ended: ending.signal,
        end: (reason) => ending.abort(new Error(reason)),
        free() {
          if (isFree) return;
          isFree = true;
          total -= 1;
          const left = (running.get(staffId) ?? 1) - 1;
          if (left === 0) running.delete(staffId);
          else running.set(staffId, left);
        },
      };
    },
  };
}
