/** Alarms in words: what is wrong with the desk or its surroundings, and what helps. Pure. */

type Words = { what: string; remedy: string };

/** Beyond this a clock is wrong; Microsoft's tokens are taken up to a minute. */
export const clockAlarmMs = 30_000;

/** How far an instance's clock is ahead, in milliseconds; null: not known. */
export type ClockReadings = { database: number | null; microsoft: number | null };

/** Null: the clocks agree well enough. */
export function clockAlarm({ database, microsoft }: ClockReadings, instance: string): Words | null {
  const readings = [
    ["Microsoft's", microsoft],
    ["the database's", database],
  ] as const;
  const wrong = readings.flatMap(([whose, ahead]) =>
    ahead !== null && Math.abs(ahead) > clockAlarmMs
      ? [`${Math.round(Math.abs(ahead) / 1_000)} s ${ahead > 0 ? "ahead of" : "behind"} ${whose}`]
      : [],
  );
  if (wrong.length === 0) return null;
  return {
    what: `The clock of ${instance} is ${wrong.join(" and ")}`,
    remedy:
      "Set the clocks by a time server: past a minute Microsoft's webhooks are refused, because their tokens seem not valid yet or expired.",
  };
}

export const awayAlarm: Words = {
  what: "Microsoft does not answer",
  remedy:
    "Calls to the Marketplace wait and are tried again by themselves; webhooks are still taken, and nothing is lost. If Microsoft tells of no trouble, let this machine reach the Marketplace by HTTPS.",
};

const troubleWords = {
  edited: "was edited",
  deleted: "was deleted",
  moved: "was given to another subscription",
  gap: "has lost what came before it",
  cut: "has lost its latest entries",
  unchained: "was put in",
  fewer: "entries are left",
} as const;

/** @param found not empty */
export function recordAlarm(found: { kind: keyof typeof troubleWords; about: string }[]): Words {
  const [first] = found;
  const others = found.length > 1 ? `, and ${found.length - 1} more` : "";
  return {
    what: "The record of activity was changed from outside",
    remedy: `Someone with access to the database changed what only grows: ${first ? `${first.about} ${troubleWords[first.kind]}` : "an entry"}${others}. Compare with a backup, and see who can write to the database.`,
  };
}
