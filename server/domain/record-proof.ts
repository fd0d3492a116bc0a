/** The outcome of `npm run verify-record` in sentences. */
import { type RecordProblemKind, recordProblemLabels } from "./alarm.ts";

type Proof = {
  entries: number;
  streams: number;
  erasures: number;
  usage: { days: number; hours: number };
  problems: { kind: RecordProblemKind; about: string }[];
  problemCount: number;
  anchors: { anchor: { through: string }; isEqual: boolean }[];
};

const number = new Intl.NumberFormat("en-US");

export function describeProof(proof: Proof): string[] {
  const { entries, streams, erasures, usage, problems, problemCount, anchors } = proof;
  const unequal = anchors.filter(({ isEqual }) => !isEqual);
  return [
    `Checked ${number.format(entries)} entries in ${number.format(streams)} chains, with ${number.format(erasures)} recorded erasures of a person.`,
    ...(usage.days > 0
      ? [`Checked ${number.format(usage.hours)} hours of usage on ${number.format(usage.days)} days.`]
      : []),
    ...problems.map(({ kind, about }) => `CHANGED: ${about} ${recordProblemLabels[kind]}.`),
    ...(problemCount > problems.length ? [`CHANGED: and ${number.format(problemCount - problems.length)} more.`] : []),
    ...unequal.map(
      ({ anchor }) =>
        `CHANGED: the audit trail up to ${anchor.through} differs from its anchor. It was rewritten, or an older copy was restored.`,
    ),
    ...(anchors.length === 0
      ? ["There is no anchor to compare with, so a complete rewrite would not be noticed. Use --anchors FILE."]
      : [`${number.format(anchors.length - unequal.length)} of ${number.format(anchors.length)} anchors match.`]),
    problemCount === 0 && unequal.length === 0
      ? "The audit trail is intact."
      : "The audit trail or usage was changed outside of Marketdesk. Compare it with a backup, and check who can write to the database.",
  ];
}
