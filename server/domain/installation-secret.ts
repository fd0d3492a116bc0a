/** What people read when SESSION_SECRET differs between instances or was changed. */

export const refusedSecret =
  "SESSION_SECRET differs from that of the other instances on this database, so this instance does not start: it could not read what they have encrypted. " +
  "Set the same SESSION_SECRET on all instances; without that setting, it is in the file session-secret of DATA_DIR. To change it, stop all instances first.";

export function otherSecretAlarm(instance: string): { what: string; remedy: string } {
  return {
    what: `${instance} did not start, because its SESSION_SECRET differs from that of the running instances`,
    remedy:
      "Nothing was changed. Set the same SESSION_SECRET on all instances. To change it, stop all instances, and start them with the new one.",
  };
}

export const foreignSecret =
  "This instance's SESSION_SECRET differs from that of the other instances, so it cannot sign. Restart it with the same SESSION_SECRET.";

/** What people have to do after a change, because what the former secret has encrypted cannot be read. */
export function restoredAfterNewSecret(counts: {
  endpoints: number;
  channels: number;
  browsers: number;
  visits: number;
}): string {
  const parts = [
    "The signing key is replaced, and staff sign in again.",
    counts.endpoints > 0 ? `Rotate the secret of each endpoint (${counts.endpoints}): messages wait for it.` : null,
    counts.channels > 0 ? `Remove each channel of Teams and Slack (${counts.channels}), and add it again.` : null,
    counts.browsers > 0 ? `Turn on notifications again in each browser (${counts.browsers}).` : null,
    counts.visits > 0
      ? `Purchasers who wait for an email (${counts.visits}) get none, and open their purchase from Microsoft again.`
      : null,
  ];
  return parts.filter((part) => part !== null).join(" ");
}
